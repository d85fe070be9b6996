// Several listeners to one run.
#pragma once

#include <vector>

#include "runtime/trainer.h"

namespace nnc::runtime {

// Calls those of `observers` that listen to an event, in their order.
TrainObserver Together(const std::vector<TrainObserver>& observers);

}  // namespace nnc::runtime
