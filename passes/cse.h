// Common subexpression elimination.
#pragma once

#include "ir/function.h"

namespace nnc::passes {

// Makes one node of all that have the same op, operands, attributes and type; operands of commutative ops in any order.
// The first keeps its name and place. Random ops are pure functions of their key, so they take part.
ir::Function EliminateCommonSubexpressions(const ir::Function& function);

}  // namespace nnc::passes
