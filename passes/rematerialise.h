// Computing forward values again in the backward pass, to keep fewer.
#pragma once

#include <map>

#include "ir/function.h"
#include "passes/recomputation.h"

namespace nnc::passes {

struct Rematerialised {
  ir::Function function;
  // For each copy, a value of the backward pass that is in memory before the copy is computed. It is no operand;
  // without it nothing would keep the copy from being computed in the forward pass, beside its original.
  std::map<ir::Value, ir::Value> waits;
};

// Gives the backward pass copies of the values that ChooseRecomputed names, each placed before the first node that
// reads it. A copy waits for what that reader waits for anyway: of the gradients that the reader is computed from, the
// deepest that is an operand of a product and so in memory. Depth is the longest path from an argument or constant. A
// reader of forward values alone waits for the deepest gradient before it, which is what the backward pass has come to.
// Where that is no deeper than the value itself, the backward pass has only begun, and the original is read. Copies are
// new nodes that are equal to their originals: CSE must not run afterwards. Results are the same; bodies of loops are
// left alone.
Rematerialised Rematerialise(const ir::Function& function, const Effort& effort);

}  // namespace nnc::passes
