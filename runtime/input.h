// Values given on the command line.
#pragma once

#include <string>

#include "runtime/tensor.h"

namespace nnc::runtime {

// The value of `--input NAME=VALUE`: a path that ends in .npy, a number, or a list such as [[1, 2], [3, nan], [-inf,
// 4]]. Whole numbers alone give i64, else f64. Throws Failure BadInput, or as ReadNpy does.
Tensor ReadInput(const std::string& value);

}  // namespace nnc::runtime
