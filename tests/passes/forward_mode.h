// Forward-mode differentiation: a second opinion on the gradients that passes/differentiate makes.
//
// Each float value is a dual number, a value and its tangent (Griewank and Walther, "Evaluating Derivatives", section
// 3.1), and each op has a rule from the tangents of its operands to that of its result. It shares nothing with the
// rules of passes/gradients but the conventions that ops.def states for ties and kinks.
#pragma once

#include "ir/function.h"

namespace nnc::passes {

// `function`, without loops and requests (see ir::Unroll and ExpandGradients), with a further argument for each float
// argument, its tangent, in their order; its results are the tangents of its float results.
ir::Function ForwardMode(const ir::Function& function);

}  // namespace nnc::passes
