// A loss with the adjoint of every value on its way, not of the parameters alone: what a lecture follows.
#pragma once

#include <vector>

#include "ir/function.h"
#include "passes/differentiate.h"

namespace nnc::driver {

struct AdjointGraph {
  ir::Function function;  // without requests for derivatives; its first result is the loss
  ir::Value loss;
  std::vector<passes::Cotangent> adjoints;  // of each float value that the loss depends on, by the order of values
};

// Of a function's first result, a float scalar. Derivatives that the program gives itself are taken, as in training.
AdjointGraph WithAdjoints(const ir::Function& loss);

}  // namespace nnc::driver
