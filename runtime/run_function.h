// Runs one function on given tensors: `nnc run`.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "codegen/codegen.h"
#include "ir/function.h"
#include "runtime/backend.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

struct RunOptions {
  Backend backend = Backend::kJit;
  codegen::Options codegen;
  int64_t seed = 0;  // of an argument `seed: i64`; `step: i64` is 0
};

// Runs `function`. Each argument takes its value from `inputs`, else from `weights` (parameters and data constants),
// else it is the seed or the step. Dimension variables take their values from the inputs; a missing leading dimension
// is taken as one sample, and then is removed from the results. An input is converted to its argument's element type
// where no value changes its meaning: ints to floats and between floats, and floats to ints where they are whole.
// Returns the results in order, by name. Throws Failure BadInput (a missing or unknown input; a shape or type that does
// not fit, naming both).
std::vector<std::pair<std::string, Tensor>> RunFunction(const ir::Function& function, const TensorMap& inputs,
                                                        const TensorMap& weights, const RunOptions& options);

}  // namespace nnc::runtime
