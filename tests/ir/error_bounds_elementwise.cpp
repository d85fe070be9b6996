// Errors of elementwise ops.
#include <algorithm>
#include <cmath>

#include "tests/ir/error_bound_rules.h"

namespace nnc::ir {

namespace {

// An exact number is off by what its element type cannot hold of it.
double Representation(const BoundContext& c, double number) {
  bool fits = c.rounding.unit < 0x1p-50 || static_cast<double>(static_cast<float>(number)) == number;
  return fits && c.y.element != Element::kBF16 ? 0 : c.Round(1, std::abs(number));
}

Errors Wave(const BoundContext& c) {
  constexpr double kRange = 2;
  Errors errors = c.x(0).error;
  for (size_t i = 0; i < errors.size(); ++i) {
    if (errors[i] == kUndecided) continue;
    errors[i] = std::min(errors[i], kRange);
    errors[i] += c.Round(kFunction, std::abs(c.y.number(i)) + errors[i]);
  }
  return errors;
}

// Equal or not: decided where both are exact, and where their bounds do not overlap.
Errors Equality(const BoundContext& c) {
  std::vector<double> a = c.NumberAt(0), b = c.NumberAt(1);
  Errors errors = c.ErrorAt(0), more = c.ErrorAt(1);
  for (size_t i = 0; i < errors.size(); ++i) {
    errors[i] += more[i];
    bool decided = errors[i] == 0 || (errors[i] != kUndecided && !(std::abs(a[i] - b[i]) <= errors[i]));
    errors[i] = decided ? 0 : kUndecided;
  }
  return errors;
}

}  // namespace

Errors BoundNeg(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundAbs(const BoundContext& c) { return c.Corners(kExactOp); }  // not monotone; no further off than its operand
Errors BoundSign(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundExp(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundLog(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundLog1p(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundExpm1(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundSqrt(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundRsqrt(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundSin(const BoundContext& c) { return Wave(c); }
Errors BoundCos(const BoundContext& c) { return Wave(c); }
Errors BoundTanh(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundSigmoid(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundErf(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundNormalCdf(const BoundContext& c) { return c.Corners(kFunction); }
Errors BoundFloor(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundCeil(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundRound(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundNot(const BoundContext& c) { return c.Undecided(); }
Errors BoundStopGradient(const BoundContext& c) { return c.x(0).error; }

Errors BoundIsFinite(const BoundContext& c) {
  Errors errors = c.x(0).error;
  for (double& error : errors) error = error == kUndecided ? kUndecided : 0;
  return errors;
}

Errors BoundCast(const BoundContext& c) {
  const Tensor& x = c.x(0).value;
  Errors errors = c.x(0).error;
  if (IsFloat(x.element) && IsInteger(c.y.element)) return c.Corners(kExactOp);
  for (size_t i = 0; i < errors.size(); ++i) {
    if (c.y.element == Element::kBool) {  // whether it is 0
      bool decided = errors[i] == 0 || (errors[i] != kUndecided && std::abs(x.number(i)) > errors[i]);
      errors[i] = decided ? 0 : kUndecided;
    } else if (IsFloat(c.y.element)) {
      errors[i] += errors[i] == 0 ? Representation(c, x.number(i)) : c.Round(1, std::abs(x.number(i)) + errors[i]);
    }
  }
  return errors;
}

Errors BoundAdd(const BoundContext& c) { return c.Corners(kArithmetic); }
Errors BoundSub(const BoundContext& c) { return c.Corners(kArithmetic); }
Errors BoundMul(const BoundContext& c) { return c.Corners(kArithmetic); }
Errors BoundMax(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundMin(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundAnd(const BoundContext& c) { return c.Undecided(); }
Errors BoundOr(const BoundContext& c) { return c.Undecided(); }
Errors BoundEq(const BoundContext& c) { return Equality(c); }
Errors BoundNe(const BoundContext& c) { return Equality(c); }
Errors BoundLt(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundLe(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundGt(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundGe(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundFoldIn(const BoundContext& c) { return c.Undecided(); }

// Monotone but for the pole at 0.
Errors BoundDiv(const BoundContext& c) {
  Errors errors = c.Corners(kArithmetic);
  if (!IsFloat(c.y.element)) return errors;
  std::vector<double> divisor = c.NumberAt(1);
  Errors of_divisor = c.ErrorAt(1);
  for (size_t i = 0; i < errors.size(); ++i) {
    if (of_divisor[i] > 0 && std::abs(divisor[i]) <= of_divisor[i]) errors[i] = kUndecided;
  }
  return errors;
}

// a - b floor(a/b): jumps by b where the quotient passes an integer.
Errors BoundMod(const BoundContext& c) {
  if (!IsFloat(c.y.element)) return c.Undecided();
  std::vector<double> a = c.NumberAt(0), b = c.NumberAt(1);
  Errors errors = c.ErrorAt(0), of_b = c.ErrorAt(1);
  for (size_t i = 0; i < errors.size(); ++i) {
    double& error = errors[i];
    if (error == 0 && of_b[i] == 0 && (!std::isfinite(c.y.number(i)) || std::fmod(a[i], b[i]) == 0)) continue;
    if (error == kUndecided || !std::isfinite(a[i]) || std::abs(b[i]) <= of_b[i]) {
      error = kUndecided;
      continue;
    }
    double quotient = (std::abs(a[i]) + error) / (std::abs(b[i]) - of_b[i]);
    double spread = quotient - std::abs(a[i] / b[i]) + c.Round(kArithmetic, quotient);
    bool jumps = std::floor(a[i] / b[i] - spread) != std::floor(a[i] / b[i] + spread);
    error += (quotient + 1) * of_b[i] + c.Round(kArithmetic, std::abs(a[i]) + (quotient + 1) * std::abs(b[i]));
    if (jumps) error += std::abs(b[i]) + of_b[i];
  }
  return errors;
}

// a^b is monotone in a and in b where a is above 0, and in a below 0 where b is an integer.
Errors BoundPow(const BoundContext& c) {
  Errors errors = c.Corners(kFunction);
  if (!IsFloat(c.y.element)) return errors;
  std::vector<double> a = c.NumberAt(0), b = c.NumberAt(1);
  Errors of_a = c.ErrorAt(0), of_b = c.ErrorAt(1);
  for (size_t i = 0; i < errors.size(); ++i) {
    bool positive = a[i] - of_a[i] > 0, exact_power = of_b[i] == 0, around_zero = std::abs(a[i]) <= of_a[i];
    bool monotone = positive || (exact_power && (of_a[i] == 0 || !around_zero)) || (of_a[i] == 0 && a[i] == 0);
    if (monotone) continue;
    bool is_power = exact_power && b[i] >= 1 && b[i] == std::floor(b[i]);
    errors[i] = is_power ? 2 * std::pow(std::abs(a[i]) + of_a[i], b[i]) + c.Round(kFunction, 1) : kUndecided;
  }
  return errors;
}

// Where the condition is undecided, the result is one of two.
Errors BoundSelect(const BoundContext& c) {
  std::vector<double> condition = c.NumberAt(0), a = c.NumberAt(1), b = c.NumberAt(2);
  Errors of_condition = c.ErrorAt(0), of_a = c.ErrorAt(1), of_b = c.ErrorAt(2);
  Errors errors(of_a.size());
  for (size_t i = 0; i < errors.size(); ++i) {
    errors[i] = condition[i] != 0 ? of_a[i] : of_b[i];
    if (of_condition[i] == 0 || (a[i] == b[i] && of_a[i] == 0 && of_b[i] == 0)) continue;
    errors[i] = IsFloat(c.y.element) ? std::abs(a[i] - b[i]) + std::max(of_a[i], of_b[i]) : kUndecided;
  }
  return errors;
}

Errors BoundConstant(const BoundContext& c) {
  Errors errors(c.y.elements());
  for (size_t i = 0; i < errors.size() && IsFloat(c.y.element); ++i) errors[i] = Representation(c, c.y.number(i));
  return errors;
}

}  // namespace nnc::ir
