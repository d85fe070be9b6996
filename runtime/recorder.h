// Records a run while it trains.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/run_record.h"

namespace nnc::runtime {

// Listens to one run. Figures are kept for each epoch, and within the only epoch of a run for about 100 places; norms
// and learning rates are measured at about 100 steps, evenly spaced, and at the end.
class Recorder {
 public:
  // The program and the data must outlive it.
  Recorder(const Program& program, const TrainPlan& plan, DataStore& data, const codegen::Options& options)
      : program_(program),
        plan_(plan),
        data_(data),
        options_(options),
        classes_(ClassPainter::Find(program, plan, data, options)),
        fit_(FitPainter::Find(program, plan, data, options)) {}

  // To be called with the run's events in their order. `earlier`: epochs that a run which is taken up again had done.
  void Start(const TrainStart& start, const std::vector<EpochDone>& earlier);
  // Both return whether there is a new point.
  bool Progress(const TrainProgress& progress);
  bool Epoch(const EpochDone& epoch);
  // Draws the model's pictures anew, of the values that it has now or of those given.
  void Paint();
  void Paint(const TensorMap& weights);

  int64_t step() const { return step_; }  // done
  RunRecord& record() { return record_; }
  const RunRecord& record() const { return record_; }

 private:
  double Place(int64_t step) const;
  RunState StateAt(int64_t step) const;
  void Paint(const RunState& state);
  bool Measure(int64_t step, bool last);
  Figures Since(const Figures& now);

  const Program& program_;
  const TrainPlan& plan_;
  DataStore& data_;
  const codegen::Options options_;
  RunRecord record_;
  TrainStart start_;
  int64_t step_ = 0;                           // done
  int64_t next_figures_ = 0, next_norms_ = 0;  // steps at which they are due
  Figures counted_;                            // of the epoch so far that points have
  std::optional<NormProbe> probe_;
  std::optional<ClassPainter> classes_;
  std::optional<FitPainter> fit_;
};

}  // namespace nnc::runtime
