// Which loops a run has: over which rows, in which batches, for how long.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "runtime/dataset.h"
#include "runtime/run_code.h"

namespace nnc::runtime {

struct RunLength {
  int64_t epochs = 0, steps = 0;
};

// What is asked for on the command line replaces what the plan says; one of epochs and steps gives the other. Steps
// without data are the batches of one epoch. Throws Failure MissingSetting where neither says how long to train.
RunLength LengthOf(const TrainPlan& plan, std::optional<int64_t> epochs, std::optional<int64_t> steps, DataStore& data);

// The training loop of a run of `steps` steps.
LoopRequest TrainLoopOf(const TrainPlan& plan, DataStore& data, int64_t steps);

// The loop for figures of given parts, which have the fields of the plan's data; `name` is the loop's.
LoopRequest EvalLoopOf(const TrainPlan& plan, DataStore& data, const std::string& name,
                       const std::vector<DataPart>& parts);

}  // namespace nnc::runtime
