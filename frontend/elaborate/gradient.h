// Derivatives that the frontend asks for: a Vjp or Jacobian op for each value, after a check that there is something
// to differentiate.
#pragma once

#include <vector>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

// For each node of `function`: does `y` depend on it in a way that a derivative passes through?
std::vector<bool> DifferentiableInputs(const ir::Function& function, ir::Value y);

// `y` as a float scalar that has a derivative; reports and gives nullopt where it is something else.
std::optional<ir::Value> WantObjective(Elaborator& elaborator, Frame& frame, Span span, const Value& y);

}  // namespace nnc
