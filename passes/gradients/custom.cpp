// The gradient that a program gives itself.
#include "ir/derivatives.h"
#include "passes/gradients/rules.h"
#include "passes/substitute.h"

namespace nnc::passes {

using ir::Value;

// The derivative that belongs to argument `i`, with the adjoint where its stand-in was. What it was computed with are
// ordinary nodes, so that it can be differentiated in its turn.
Value VjpCustomVjp(const VjpContext& v, size_t i) {
  ir::CustomVjpOperands operands(v.node);
  auto argument = static_cast<size_t>(&v.node.operands[i] - operands.arguments.data());
  return AppendSubstituted(v.build(), operands.adjoint, v.g, {operands.derivatives[argument]})[0];
}

}  // namespace nnc::passes
