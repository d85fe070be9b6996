// Constant folding.
#pragma once

#include "ir/function.h"

namespace nnc::passes {

// Replaces every node whose elements are all one known number by a Constant: elementwise ops, movements and reductions
// of such constants, sizes that are known, and index ranges of extent 1. The arithmetic is the evaluator's, rounded to
// the element type; a sum of n equal numbers is their product with n. Nothing is folded whose number a Constant cannot
// hold exactly (an i64 beyond 2^53). Other nodes stay as they are.
ir::Function FoldConstants(const ir::Function& function);

}  // namespace nnc::passes
