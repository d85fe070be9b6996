// `nnc profile`: where the time of a training step goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "codegen/codegen.h"
#include "frontend/frontend.h"
#include "runtime/dataset.h"

namespace nnc::runtime {

struct ProfileOptions {
  std::optional<int64_t> steps;  // to count; by default as many as take a second
  std::optional<int64_t> seed;
  codegen::Options codegen;
};

struct RunProfile {
  int64_t batch = 0;  // rows
  int64_t steps = 0;  // counted
  codegen::FunctionProfile step;
};

// Trains a run by code that counts, from fresh initial values, and over again where it ends before all steps are
// counted. Steps of the first tenth of a second are not counted; the smaller batch at an epoch's end, validation and
// everything else between epochs are left out. Throws Failure as Train does.
RunProfile Profile(const Program& program, TrainPlan plan, DataStore& data, const ProfileOptions& options);

}  // namespace nnc::runtime
