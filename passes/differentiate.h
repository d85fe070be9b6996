// Reverse-mode differentiation: the walker behind ExpandGradients (pipeline.h). See differentiate.cpp for the
// algorithm.
#pragma once

#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// Appends to `function` the derivatives of the float scalar `y` with respect to each of `wrt`, and returns them in
// order; zeros where y does not depend on it. No Grad node may lie between them. One backward sweep serves all of
// `wrt`.
//
// New nodes have their forward node's span, remember it and the rule as their origin, and an adjoint of %h is named
// %d.h. Throws Failure (E0311) where an op on the way has no derivative.
std::vector<ir::Value> AppendGradients(ir::Function& function, ir::Value y, const std::vector<ir::Value>& wrt);

}  // namespace nnc::passes
