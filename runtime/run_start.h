// How a run's first step and each of its epochs begin.
#pragma once

#include "frontend/frontend.h"
#include "runtime/dataset.h"
#include "runtime/run_code.h"
#include "runtime/run_loops.h"
#include "runtime/split_loop.h"

namespace nnc::runtime {

struct RunStart {
  int64_t seed = 0;
  RunLength length;
  int64_t batches = 0;  // of an epoch
};

// Sets what holds for the whole run, the values that @init gives, `weights` over them, and the data constants.
void StartRun(RunCode& code, const Program& program, const TrainPlan& plan, DataStore& data, const RunStart& start,
              const TensorMap& weights = {});

// Begins the pass of epoch `epoch`, from 0, over its shuffle of the rows.
void StartEpoch(RunCode& code, SplitLoop& loop, const TrainPlan& plan, int64_t seed, int64_t epoch);

}  // namespace nnc::runtime
