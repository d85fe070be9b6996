// How derivatives pass through nodes: what the frontend, which asks for them, and the passes, which find them, agree
// on.
#pragma once

#include <span>

#include "ir/function.h"

namespace nnc::ir {

// The operands of a CustomVjp node by their meaning; they stay the node's. `adjoint` is a stand-in for the adjoint of
// the result, and `derivatives` are computed from it: to differentiate is to put the adjoint in its place.
struct CustomVjpOperands {
  explicit CustomVjpOperands(const Node& node);

  Value value;
  Value adjoint;
  std::span<const Value> arguments, derivatives;  // of one length
};

// Whether the node passes a derivative on to its operand number `operand`: both are floats and not empty, the op is not
// piecewise constant, and a CustomVjp node passes it on to its arguments alone.
bool CarriesDerivative(const Function& function, const Node& node, size_t operand);

}  // namespace nnc::ir
