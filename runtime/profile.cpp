#include "runtime/profile.h"

#include <algorithm>
#include <chrono>

#include "runtime/run_code.h"
#include "runtime/run_loops.h"
#include "runtime/run_start.h"
#include "runtime/split_loop.h"

namespace nnc::runtime {
namespace {

using Clock = std::chrono::steady_clock;

// The length of a run that does not say how long it is.
constexpr int64_t kSteps = 1000;

RunLength PlannedLength(const TrainPlan& plan, DataStore& data) {
  const bool is_open = plan.epochs <= 0 && plan.steps <= 0;
  return LengthOf(plan, std::nullopt, is_open ? std::optional(kSteps) : std::nullopt, data);
}

codegen::Options Counting(codegen::Options options) {
  options.profile = true;
  return options;
}

class Profiling {
 public:
  Profiling(const Program& program, const TrainPlan& plan, DataStore& data, const ProfileOptions& options)
      : program_(program),
        plan_(plan),
        data_(data),
        seed_(options.seed.value_or(plan.seed)),
        length_(PlannedLength(plan, data)),
        train_(TrainLoopOf(plan, data, length_.steps)),
        code_(program, {train_}, {plan.init_function}, Counting(options.codegen)),
        loop_(code_, train_) {}

  RunProfile Run(std::optional<int64_t> steps) {
    constexpr double kWarmUp = 0.1, kCounted = 1;  // seconds
    Start();
    AdvanceFor(kWarmUp);
    code_.ResetProfile();
    if (steps) {
      for (int64_t done = 0; done < *steps;) done += Advance(*steps - done);
    } else {
      AdvanceFor(kCounted);
    }
    RunProfile profile{train_.batches.batch, 0, code_.Profile(train_.name)};
    profile.steps = profile.step.runs.front().calls;
    return profile;
  }

 private:
  void Start() {
    StartRun(code_, program_, plan_, data_, {seed_, length_, train_.batches.count});
    step_ = epoch_ = 0;
    StartEpoch(code_, loop_, plan_, seed_, epoch_);
  }

  // Runs some steps, at most `most` and to the end of the epoch. Returns how many.
  int64_t Advance(int64_t most) {
    if (step_ >= length_.steps) {
      Start();
    } else if (loop_.pass().batches == train_.batches.count) {
      StartEpoch(code_, loop_, plan_, seed_, ++epoch_);
    }
    const int64_t left = std::min(train_.batches.count - loop_.pass().batches, length_.steps - step_);
    const int64_t done = loop_.Run(std::min(most, left), step_, "loss", plan_.span);
    step_ += done;
    return done;
  }

  // At least one step.
  void AdvanceFor(double seconds) {
    const Clock::time_point start = Clock::now();
    const auto now = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    Pacer pacer;
    do {
      const double before = now();
      const int64_t done = Advance(pacer.batches());
      pacer.Took(done, now() - before);
    } while (now() < seconds);
  }

  const Program& program_;
  const TrainPlan& plan_;
  DataStore& data_;
  const int64_t seed_;
  const RunLength length_;
  const LoopRequest train_;
  RunCode code_;
  SplitLoop loop_;
  int64_t step_ = 0, epoch_ = 0;
};

}  // namespace

RunProfile Profile(const Program& program, TrainPlan plan, DataStore& data, const ProfileOptions& options) {
  plan.drop_last = true;
  return Profiling(program, plan, data, options).Run(options.steps);
}

}  // namespace nnc::runtime
