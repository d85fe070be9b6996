// Watches a run for NaN and infinity at next to no cost: `nnc train --check-finite`.
//
// The native loop sees a loss that is not finite at once. Of parameters and state the watch keeps a copy, made anew so
// seldom that it costs little, whose numbers it checks when it makes one. Where something is wrong, the run goes back
// to the last copy and comes again, a step at a time, to the first step with a result that is not finite: a step
// depends on its number, the seed and the values before it alone.
#pragma once

#include <chrono>
#include <optional>

#include "frontend/frontend.h"
#include "runtime/blame/step_case.h"
#include "runtime/run_code.h"
#include "runtime/split_loop.h"

namespace nnc::runtime {

class FiniteWatch {
 public:
  // Where the run stands when the watch begins: after `step` steps, in the pass of `loop`.
  FiniteWatch(const Program& program, const TrainPlan& plan, RunCode& code, SplitLoop& loop, int64_t seed,
              int64_t step);

  // After `step` steps: the first step with a result that is not finite, if it is time to look, or if `now`.
  std::optional<StepCase> Check(int64_t step, bool now = false);
  // The same once a loss was not finite; the run has not gone further than `step`.
  std::optional<StepCase> Find(int64_t step);
  // The first batch of a pass over validation data whose figures are not finite.
  std::optional<StepCase> FindValidation(SplitLoop& loop, int64_t step);

 private:
  struct Snapshot {
    int64_t step = 0;
    PassState pass;
    TensorMap values;  // parameters and state
  };

  void Save(Snapshot& snapshot, int64_t step) const;
  bool HasTurned(const TensorMap& now) const;  // against the last snapshot
  void Rewind();
  void BeginStep(int64_t step);
  bool RunStep(int64_t step);
  bool FiguresTurned(const SplitLoop& loop) const;
  StepCase CaseOf(const SplitLoop& loop, const std::string& function, int64_t batch, int64_t step) const;

  const Program& program_;
  const TrainPlan& plan_;
  RunCode& code_;
  SplitLoop& loop_;
  int64_t seed_;
  int64_t count_;  // batches of an epoch
  Snapshot last_, next_;
  std::chrono::steady_clock::time_point looked_;
  std::chrono::duration<double> took_{};  // the last look
};

}  // namespace nnc::runtime
