// Training: `nnc train` and `nnc eval`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codegen/codegen.h"
#include "frontend/frontend.h"
#include "runtime/dataset.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// The loss and the metrics, averaged over samples.
struct Figures {
  double loss = 0;
  std::vector<std::pair<std::string, double>> metrics;  // in the plan's order
  int64_t samples = 0;
};

// Before the first step; everything is compiled.
struct TrainStart {
  std::string run;
  int64_t parameters = 0;  // numbers that are trained
  int64_t rows = 0;        // of the training split; 0 without data
  int64_t batch = 0;
  int64_t batches = 0;            // in an epoch
  int64_t epochs = 0, steps = 0;  // to do
  int64_t seed = 0;
  int threads = 1;
  double compile_seconds = 0;
  int64_t peak_bytes = 0;
  int64_t resumed_step = 0;  // steps that were done before, by the checkpoint
  // A parameter's, buffer's or optimizer state's value as it is now; to be called until the run is done.
  std::function<Tensor(const std::string&)> value = {};
};

// About every 100 ms within an epoch.
struct TrainProgress {
  int64_t epoch = 0, epochs = 0;   // the epoch that runs, from 1
  int64_t batch = 0, batches = 0;  // done in this epoch
  int64_t step = 0, steps = 0;     // done in this run
  Figures train;                   // over the epoch so far
  double seconds = 0;              // since the first step
};

struct EpochDone {
  int64_t epoch = 0, epochs = 0;  // from 1
  int64_t step = 0, steps = 0;
  Figures train;
  std::optional<Figures> validate;
  double seconds = 0;  // of this epoch, validation included
};

struct TrainDone {
  EpochDone last;          // the last epoch's figures
  int64_t kept_epoch = 0;  // whose weights are kept; with `patience` not always the last
  int64_t steps = 0;       // done
  double seconds = 0;      // from the first step to the last, validation included
  double compile_seconds = 0;
  int64_t peak_bytes = 0;  // the arena: parameters, state, batch and temporaries; the plan's exact peak
  std::string weights_path, metrics_path, checkpoint_path;  // empty where nothing was written
};

// Where a run stands that TrainOptions::stop ended.
struct TrainStopped {
  int64_t epoch = 0, epochs = 0;  // the epoch that runs, from 1
  int64_t step = 0, steps = 0;    // done
  std::string checkpoint_path;    // empty where nothing was written
};

// What the driver draws. An empty function is not called.
struct TrainObserver {
  std::function<void(const TrainStart&)> start;
  std::function<void(const TrainProgress&)> progress;
  std::function<void(const EpochDone&)> epoch;
  std::function<void(const TrainDone&)> done;
  std::function<void(const TrainStopped&)> stopped;
};

struct TrainOptions {
  std::optional<int64_t> epochs, steps, seed;  // over the plan's; `epochs` and `steps` replace each other
  codegen::Options codegen;                    // threads among them
  std::string out;      // directory for weights.safetensors, metrics.jsonl and checkpoint; empty: write nothing
  TensorMap weights;    // initial values, over @init; those that it lacks are initialised
  bool resume = false;  // go on from the checkpoint in `out`, if there is one
  const SourceManager* check_finite =
      nullptr;                 // look for NaN and infinity and blame an op; sources for the replay file
  std::function<bool()> stop;  // asked about every 100 ms: end after this step? An empty function: never
};

// Trains one run to its end. Returns every parameter and buffer of the program and the data constants, as saved;
// nullopt where `stop` ended it, which the checkpoint then holds. The result depends on the program, the data and the
// seed alone: not on threads, nor on how often progress is shown, nor on whether the run was stopped and resumed.
// Throws Failure: as DataStore::Load; NonFinite naming the step, with `check_finite` as Blame says it (blame/blame.h),
// the step being kept in `out` as `replay`; CannotWrite; DirectoryInUse; BadCheckpoint and CheckpointMismatch.
std::optional<TensorMap> Train(const Program& program, const TrainPlan& plan, DataStore& data,
                               const TrainOptions& options, const TrainObserver& observer);

// The loss and metrics of a run with given weights on every split of its data (and of its validation data), without
// training. `weights` must hold every parameter that the run reads; data constants that it lacks are computed from the
// data.
struct SplitFigures {
  std::string split;  // "spiral.train"
  Figures figures;
};
std::vector<SplitFigures> Evaluate(const Program& program, const TrainPlan& plan, DataStore& data,
                                   const TensorMap& weights, const codegen::Options& options);

}  // namespace nnc::runtime
