// Training steps to try passes on.
#pragma once

#include "ir/function.h"

namespace nnc::passes {

// One step of gradient descent on a network of `depth` layers of `width` units, each a product, a SiLU and a
// normalisation over its rows, on `rows` rows: weights, rows and targets go in, new weights and the loss come out.
// Optimised.
ir::Function DeepNetworkStep(int depth, int64_t rows, int64_t width);

}  // namespace nnc::passes
