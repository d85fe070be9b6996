// Gradients of elementwise ops. Where a derivative is cheaper in terms of the result y than of x, it is written so; x
// then need not be kept for the backward pass.
#include <cmath>
#include <numbers>

#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::Value;

Value VjpNeg(const VjpContext& v, size_t) { return -v.g; }
Value VjpAbs(const VjpContext& v, size_t) { return v.g * Sign(v.x(0)); }  // 0 at 0
Value VjpExp(const VjpContext& v, size_t) { return v.g * v.y; }
Value VjpLog(const VjpContext& v, size_t) { return v.g / v.x(0); }
Value VjpLog1p(const VjpContext& v, size_t) { return v.g / (1.0 + v.x(0)); }
Value VjpExpm1(const VjpContext& v, size_t) { return v.g * (v.y + 1.0); }
Value VjpSqrt(const VjpContext& v, size_t) { return v.g / (v.y * 2.0); }  // infinite at 0
Value VjpRsqrt(const VjpContext& v, size_t) { return v.g * -0.5 * (v.y * v.y * v.y); }
Value VjpSin(const VjpContext& v, size_t) { return v.g * Cos(v.x(0)); }
Value VjpCos(const VjpContext& v, size_t) { return v.g * -Sin(v.x(0)); }
Value VjpTanh(const VjpContext& v, size_t) { return v.g * (1.0 - v.y * v.y); }
Value VjpSigmoid(const VjpContext& v, size_t) { return v.g * (v.y * (1.0 - v.y)); }
Value VjpErf(const VjpContext& v, size_t) {
  constexpr double kSlopeAtZero = 2 * std::numbers::inv_sqrtpi;
  return v.g * (kSlopeAtZero * Exp(-(v.x(0) * v.x(0))));
}
Value VjpNormalCdf(const VjpContext& v, size_t) {
  constexpr double kSlopeAtZero = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return v.g * (kSlopeAtZero * Exp(v.x(0) * v.x(0) * -0.5));
}
Value VjpCast(const VjpContext& v, size_t) { return v.build().Cast(v.g, v.x(0).type().element); }

Value VjpAdd(const VjpContext& v, size_t) { return v.g; }
Value VjpSub(const VjpContext& v, size_t i) { return i == 0 ? v.g : -v.g; }
Value VjpMul(const VjpContext& v, size_t i) { return v.g * v.x(1 - i); }
Value VjpDiv(const VjpContext& v, size_t i) {
  Expression quotient = v.g / v.x(1);
  return i == 0 ? quotient : -(quotient * v.y);
}
Value VjpMod(const VjpContext& v, size_t i) { return i == 0 ? v.g : -(v.g * Floor(v.x(0) / v.x(1))); }

// d(a^b)/da = b a^(b-1), but 0 where b is 0, also at a = 0, where a^-1 is infinite. d(a^b)/db = a^b log a, but 0 where
// a is not above 0, and log sees only numbers above 0 so that no further derivative is NaN there.
Value VjpPow(const VjpContext& v, size_t i) {
  Expression a = v.x(0), b = v.x(1);
  if (i == 0) return Select(Eq(b, b.Number(0)), b.Number(0), v.g * (b * Pow(a, b - 1.0)));
  Expression positive = Gt(a, a.Number(0));
  Expression log_a = Select(positive, Log(Select(positive, a, a.Number(1))), a.Number(0));
  return v.g * (v.y * log_a);
}

namespace {

// `wins` says where operand 0 is the result; ties and NaN go to operand 1.
Value ToTheWinner(const VjpContext& v, size_t i, Expression wins) {
  Expression zero = v.g.Number(0);
  return i == 0 ? Select(wins, v.g, zero) : Select(wins, zero, v.g);
}

}  // namespace

// max(a, b) > b exactly where a > b; so relu needs its result only.
Value VjpMax(const VjpContext& v, size_t i) { return ToTheWinner(v, i, Gt(v.y, v.x(1))); }
Value VjpMin(const VjpContext& v, size_t i) { return ToTheWinner(v, i, Lt(v.y, v.x(1))); }

// Zeros, not products with 0, for the side not taken: an infinite adjoint must not become NaN there.
Value VjpSelect(const VjpContext& v, size_t i) { return ToTheWinner(v, i - 1, v.x(0)); }

}  // namespace nnc::passes
