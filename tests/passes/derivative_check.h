// Gradients of whole programs, judged by forward mode and by central differences.
#pragma once

#include <cstdint>
#include <string>

#include "tests/ir/random_program.h"

namespace nnc::passes {

// `program` with the gradients of a scalar of it: the sum of its float results, each element weighted by a further
// argument `w.RESULT` with random numbers. For each float argument x that has elements, the result `d.x` is a request
// for its gradient. Where one is small, `jacobian.x` is a whole Jacobian, sometimes.
ir::RandomProgram WithGradients(const ir::RandomProgram& program, uint64_t seed);

// What the derivatives were found to be.
struct DerivativeCheck {
  std::string wrong;             // "" where nothing is
  bool by_forward_mode = false;  // whether the numbers allowed a judgement
  bool by_differences = false;
};

// The gradient along random directions, three ways: as ExpandGradients makes it of WithGradients(program), against the
// weighted sum of the tangents of ForwardMode, within the bounds of ir::Bound; and against central differences of the
// program's value, within their own error (that of the steps, estimated from three of them; Nocedal and Wright,
// "Numerical Optimization", section 8.1).
// Nothing is said at kinks and where a number is not finite.
DerivativeCheck CheckDerivatives(const ir::RandomProgram& program, uint64_t seed);

}  // namespace nnc::passes
