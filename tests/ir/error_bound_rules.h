// The rule of every op for the error of its result. Private to error_bounds.
#pragma once

#include <cmath>
#include <limits>

#include "tests/ir/error_bounds.h"

namespace nnc::ir {

using Errors = std::vector<double>;
inline constexpr double kUndecided = std::numeric_limits<double>::infinity();

// How a float type rounds.
struct Rounding {
  double unit;          // of itself, at most, by one rounding; the evaluator's own is part of it
  double unit_of_sums;  // of a partial sum or product: bf16 is summed in f32
  double smallest;      // the smallest normal number: what is below may become zero
  double largest;
};
Rounding RoundingOf(Element element, Precision precision);

// How often an op rounds. Written generously where it may be put together of two.
inline constexpr double kExactOp = 0, kArithmetic = 2, kFunction = 10;

// What a rule sees: the node, its operands, and its value y.
struct BoundContext {
  const Node& node;
  const std::vector<const Bounded*>& operands;
  const Tensor& y;
  Rounding rounding;

  // f is monotone in each float operand: evaluated at the corners, and rounded.
  Errors Corners(double roundings) const;
  // Undecided where an operand is, else exact.
  Errors Undecided() const;
  // f is linear in its float operands, with `terms` terms a sum.
  Errors Linear(double terms) const;
  // A movement: elements keep their bounds.
  Errors Moved() const;

  const Bounded& x(size_t i) const { return *operands[i]; }
  // Bounds and values of operand i, broadcast to the result's shape.
  Errors ErrorAt(size_t i) const;
  std::vector<double> NumberAt(size_t i) const;
  // `roundings` of an element that is at most `magnitude`.
  double Round(double roundings, double magnitude) const {
    return magnitude == 0 ? 0 : roundings * (rounding.unit * magnitude + rounding.smallest);
  }
  // The error of element i that `error` of the operands makes where `terms` that are at most `magnitude` together are
  // added or multiplied up, and the result is rounded.
  double Summed(size_t i, double error, double terms, double magnitude) const {
    if (magnitude == 0) return error;
    error += terms * (rounding.unit_of_sums * magnitude + rounding.smallest);
    return error + Round(kArithmetic, std::abs(y.number(static_cast<int64_t>(i))) + error);
  }
  // The op applied to these instead of the operands, as doubles; ids stay.
  std::vector<double> Applied(const std::vector<std::vector<double>>& instead) const;
};

// |x| + its error, 0 where x is not finite: what sums round by.
std::vector<double> Magnitudes(const Bounded& x);

#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) Errors Bound##name(const BoundContext& c);
#include "ir/ops.def"
#undef NNC_OP

}  // namespace nnc::ir
