// Identities of arithmetic.
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "passes/simplify/rules.h"

namespace nnc::passes {

namespace {

using ir::Op;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A constant goes to the right, where the other rules look for it.
Simplification ConstantToTheRight(const Site& s) {
  if (!s.Is(0, Op::kConstant) || s.Is(1, Op::kConstant)) return std::nullopt;
  return s.build.Apply(s.node.op, {s.x(1), s.x(0)});
}

// x + -0 is x, but -0 + 0 is 0. Integers have one zero.
Simplification AddZero(const Site& s) {
  if (s.IsNumber(1, s.is_float() ? -0.0 : 0.0)) return s.x(0);
  return std::nullopt;
}

Simplification AddNegated(const Site& s) {
  if (s.Is(1, Op::kNeg)) return s.x(0) - s.Inner(1);
  if (s.Is(0, Op::kNeg)) return s.x(1) - s.Inner(0);
  return std::nullopt;
}

Simplification SubZero(const Site& s) {
  if (s.IsNumber(1, 0.0)) return s.x(0);
  return std::nullopt;
}

Simplification SubNegated(const Site& s) {
  if (s.Is(1, Op::kNeg)) return s.x(0) + s.Inner(1);
  return std::nullopt;
}

Simplification MulOne(const Site& s) {
  if (s.IsNumber(1, 1)) return s.x(0);
  if (s.IsNumber(1, -1)) return -s.x(0);
  return std::nullopt;
}

// Signs move outwards, to meet another sign, a sum or a constant. Rounding is symmetric, so this is exact.
Simplification MulNegated(const Site& s) {
  if (s.Is(0, Op::kNeg)) return -(s.Inner(0) * s.x(1));
  if (s.Is(1, Op::kNeg)) return -(s.x(0) * s.Inner(1));
  return std::nullopt;
}

Simplification DivNegated(const Site& s) {
  if (!s.is_float()) return std::nullopt;  // integer division rounds down, not towards 0
  if (s.Is(0, Op::kNeg)) return -(s.Inner(0) / s.x(1));
  if (s.Is(1, Op::kNeg)) return -(s.x(0) / s.Inner(1));
  return std::nullopt;
}

Simplification DivOne(const Site& s) {
  if (s.IsNumber(1, 1)) return s.x(0);
  if (s.IsNumber(1, -1)) return -s.x(0);
  return std::nullopt;
}

// The reciprocal of a power of two is exact while both are normal numbers of a float (and so of the other float types).
Simplification DivPowerOfTwo(const Site& s) {
  auto divisor = s.Number(s.x(1));
  if (!s.is_float() || !divisor) return std::nullopt;
  int exponent = 0;
  double mantissa = std::frexp(*divisor, &exponent);
  if (std::abs(mantissa) != 0.5 || std::abs(exponent) > 125) return std::nullopt;
  return s.x(0) * (1 / *divisor);
}

Simplification NegNeg(const Site& s) {
  if (s.Is(0, Op::kNeg)) return s.Inner(0);
  return std::nullopt;
}

// -(x * c) is x * -c, and the same for division.
Simplification NegScaled(const Site& s) {
  bool scaled = s.Is(0, Op::kMul) || (s.Is(0, Op::kDiv) && s.is_float());
  if (!scaled || !s.OnlyUse(0)) return std::nullopt;
  auto factor = s.Number(s.Inner(0, 1));
  if (!factor) return std::nullopt;
  return s.build.Apply(s.Operand(0).op, {s.Inner(0), s.x(0).Number(-*factor)});
}

// pow is 1 for the exponent 0 whatever the base, NaN included. pow(x, 0.5) is not sqrt(x): they differ at -0 and -inf.
Simplification SmallPower(const Site& s) {
  auto exponent = s.Number(s.x(1));
  if (!exponent) return std::nullopt;
  Expression x = s.x(0);
  if (*exponent == 0) return x.Number(1);
  if (*exponent == 1) return x;
  if (*exponent == 2) return x * x;
  if (*exponent == 3) return x * x * x;
  if (*exponent == -1 && s.is_float()) return 1.0 / x;
  return std::nullopt;
}

// max(x, -inf), min(x, inf): NaN passes through both.
Simplification NoLimit(const Site& s) {
  if (s.IsNumber(1, s.node.op == Op::kMax ? -kInfinity : kInfinity)) return s.x(0);
  return std::nullopt;
}

Simplification EqualOperands(const Site& s) {
  if (s.x(0).value == s.x(1).value) return s.x(0);
  return std::nullopt;
}

constexpr std::array kRules = {
    Rule{Op::kAdd, ConstantToTheRight},
    Rule{Op::kAdd, AddZero},
    Rule{Op::kAdd, AddNegated},
    Rule{Op::kSub, SubZero},
    Rule{Op::kSub, SubNegated},
    Rule{Op::kMul, ConstantToTheRight},
    Rule{Op::kMul, MulOne},
    Rule{Op::kMul, MulNegated},
    Rule{Op::kDiv, DivOne},
    Rule{Op::kDiv, DivNegated},
    Rule{Op::kDiv, DivPowerOfTwo},
    Rule{Op::kNeg, NegNeg},
    Rule{Op::kNeg, NegScaled},
    Rule{Op::kPow, SmallPower},
    Rule{Op::kMax, NoLimit},
    Rule{Op::kMin, NoLimit},
    Rule{Op::kMax, EqualOperands},
    Rule{Op::kMin, EqualOperands},
};

}  // namespace

std::span<const Rule> ArithmeticRules() { return kRules; }

}  // namespace nnc::passes
