// Reverse-mode differentiation: the walker behind ExpandGradients (pipeline.h). See differentiate.cpp for the
// algorithm.
#pragma once

#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// Appends to `function` the adjoints of `wrt` where that of the float `y` is `adjoint`, of y's type: for each x, the
// product of `adjoint` with the Jacobian dy/dx, of the type of x. Returns them in order; zeros where y does not depend
// on x. No request for a derivative may lie between them. One backward sweep serves all of `wrt`.
//
// Loops on the way get bodies with more outputs, which the backward pass reads.
//
// New nodes have their forward node's span, remember it and the rule as their origin, and an adjoint of %h is named
// %d.h. Throws Failure (E0311) where an op on the way has no derivative.
std::vector<ir::Value> AppendVjp(ir::Function& function, ir::Value y, ir::Value adjoint,
                                 const std::vector<ir::Value>& wrt);

// The same for a scalar `y` and the adjoint 1: its gradients.
std::vector<ir::Value> AppendGradients(ir::Function& function, ir::Value y, const std::vector<ir::Value>& wrt);

// A value and the derivative by it, which has its type.
struct Cotangent {
  ir::Value value, adjoint;
};

// The same for several outputs whose adjoints are known: what they pass on to each of `wrt`; not valid where that is
// zero.
std::vector<ir::Value> AppendVjps(ir::Function& function, const std::vector<Cotangent>& outputs,
                                  const std::vector<ir::Value>& wrt);

}  // namespace nnc::passes
