// Exponentials, logarithms and what is made of them. The polynomials come from vector_math_coefficients.py, which also
// prints their errors; the last comment of each line below is the one of the fit.
#include "codegen/vector_math.h"

#include "codegen/vector_exponential.h"
#include "codegen/vector_expression.h"
#include "codegen/vector_libm.h"

namespace nnc::codegen {
namespace {

constexpr double kLargestExp = 0x1.62e42ep+6;    // exp of anything larger overflows f32
constexpr double kSmallestExp = -0x1.5d589ep+6;  // exp of anything smaller is below the smallest normal f32
constexpr double kSmallestNormal = 0x1p-126;

// exp(x) for kSmallestExp <= x <= kLargestExp; anything elsewhere.
Real ExpInRange(Real x) {
  const Reduced reduced = ReduceByLog2(x);
  const Real mantissa = ExpLessOne(reduced.r) + 1.0;
  return FromBits(x, x.ir().CreateAdd(Bits(mantissa), reduced.Exponent()));
}

Real ExpF32(Real x) {
  const Real flushed = Select(x < kSmallestExp, x.Constant(0), ExpInRange(x));
  llvm::Value* above_or_nan = x.ir().CreateFCmpUGT(x.value(), x.Constant(kLargestExp).value());
  return Select(above_or_nan, x + x.Infinity(), flushed);
}

// exp(r) - 1 of a reduced argument.
Real Expm1Reduced(Real r) {
  const Real p =
      Polynomial(r, {0x1p-1, 0x1.555554p-3, 0x1.5554b2p-5, 0x1.11118ap-7, 0x1.6d71e6p-10, 0x1.a032cp-13});  // 2^-28
  return Fma(r * r, p, r);
}

// exp(x) - 1 for -20 <= x <= 88: 2^n (e^r - 1) + (2^n - 1).
Real Expm1InRange(Real x) {
  const Reduced reduced = ReduceByLog2(x);
  const Real power = reduced.PowerOfTwo();
  return Fma(power, Expm1Reduced(reduced.r), power - 1.0);
}

// Above 88, where 2^n may not be a number, half the result is computed from half the power. -0 keeps its sign.
Real Expm1F32(Real x) {
  const Real low = Expm1InRange(Select(x < -20.0, x.Constant(-20), x));
  const Real half = ExpInRange(x - 1.0) * 0x1.5bf0a8p+0;  // e / 2
  const Real large = Select(x > kLargestExp, x.Infinity(), half + half);
  return CopySign(Select(x > 88.0, large, low), x);
}

// log(1 + f) + exponent * log(2) for f in [sqrt(1/2) - 1, sqrt(2) - 1].
Real LogOf(Real f, Real exponent) {
  const Real square = f * f;
  const Real p = Polynomial(f, {0x1.555554p-2, -0x1.000226p-2, 0x1.99a008p-3, -0x1.547244p-3, 0x1.22da1ep-3,
                                -0x1.0d8542p-3, 0x1.055b68p-3, -0x1.38b57ap-4});  // 2^-27
  const Real low = Fma(square, -0.5, Fma(square * f, p, exponent * kLog2Low));
  return Fma(exponent, kLog2High, f + low);
}

constexpr int64_t kSqrtHalfBits = 0x3f3504f3;

// The exponent e for which x / 2^e is in [sqrt(1/2), sqrt(2)), in the place of an f32's exponent.
llvm::Value* ExponentField(Real x) {
  llvm::Value* bits = Bits(x);
  return x.ir().CreateAnd(x.ir().CreateSub(bits, BitConstant(bits, kSqrtHalfBits)), BitConstant(bits, ~0x7fffff));
}

Real ExponentNumber(Real like, llvm::Value* field) {
  return like.With(
      like.ir().CreateSIToFP(like.ir().CreateAShr(field, BitConstant(field, 23)), like.value()->getType()));
}

// Puts right what LogOf gives where the argument of the logarithm is not a positive normal number.
Real LogLimits(Real argument, Real result) {
  const Real not_positive =
      Select(argument < 0.0, argument.Constant(std::numeric_limits<double>::quiet_NaN()), -argument.Infinity());
  llvm::Value* infinite_or_nan = argument.ir().CreateFCmpUEQ(argument.value(), argument.Infinity().value());
  return Select(argument < kSmallestNormal, not_positive, Select(infinite_or_nan, argument, result));
}

Real LogF32(Real x) {
  llvm::Value* field = ExponentField(x);
  const Real mantissa = FromBits(x, x.ir().CreateSub(Bits(x), field));
  return LogLimits(x, LogOf(mantissa - 1.0, ExponentNumber(x, field)));
}

// (1 + x) / 2^e - 1 is computed from x itself, since 1 + x has lost its low bits; 4 / 2^e is a normal number for every
// e. -0 keeps its sign.
Real Log1pF32(Real x) {
  const Real argument = x + 1.0;
  llvm::Value* field = ExponentField(argument);
  const Real scale = FromBits(x, x.ir().CreateSub(BitConstant(field, 0x40800000), field));
  const Real scaled = Fma(x * 0.25, scale, Fma(scale, 0.25, -1.0));
  const Real f = Select(x.ir().CreateIsNull(field), x, scaled);
  return CopySign(LogLimits(argument, LogOf(f, ExponentNumber(x, field))), x);
}

// tanh(x) = t / (t + 2) with t = e^(2x) - 1; at 10 it has been 1 for long.
Real TanhF32(Real x) {
  const Real magnitude = Abs(x);
  const Real clamped = Select(magnitude > 10.0, x.Constant(10), magnitude);
  const Real t = Expm1InRange(clamped + clamped);
  return CopySign(t / (t + 2.0), x);
}

// Near zero x + x P(x^2), elsewhere 1 - exp(-P(x)); at 3.93 erf has become 1. NaN goes with the near ones: an
// exponential adds to its bits, which may make a number of it.
Real ErfF32(Real x) {
  const Real magnitude = Abs(x);
  const Real p = Polynomial(
      x * x, {0x1.06eba6p-3, -0x1.8126e6p-2, 0x1.ce1a6ap-4, -0x1.b68b54p-6, 0x1.473baap-8, -0x1.3a17e2p-11});  // 2^-25
  const Real near = Fma(magnitude, p, magnitude);
  const Real clamped = Select(magnitude > 3.93, x.Constant(3.93), magnitude);
  const Real q = Polynomial(clamped, {-0x1.6f638p-13, 0x1.21280cp+0, 0x1.444568p-1, 0x1.bb8984p-4, -0x1.9b9d06p-6,
                                      0x1.1170dep-8, -0x1.c7d9f4p-12, 0x1.624f44p-16});  // 2^-27
  const Real far = 1.0 - ExpInRange(-q);
  llvm::Value* near_or_nan = x.ir().CreateFCmpULT(magnitude.value(), x.Constant(0.921875).value());
  return CopySign(Select(near_or_nan, near, far), x);
}

using F32Function = Real (*)(Real);

llvm::Value* Apply(Emitter& e, llvm::Value* x, F32Function f32, const char* libm) {
  return IsF64(x) ? CallLibm(e, libm, {x}) : f32({e, x}).value();
}

}  // namespace

llvm::Value* VectorExp(Emitter& e, llvm::Value* x) { return Apply(e, x, ExpF32, "exp"); }
llvm::Value* VectorExpm1(Emitter& e, llvm::Value* x) { return Apply(e, x, Expm1F32, "expm1"); }
llvm::Value* VectorLog(Emitter& e, llvm::Value* x) { return Apply(e, x, LogF32, "log"); }
llvm::Value* VectorLog1p(Emitter& e, llvm::Value* x) { return Apply(e, x, Log1pF32, "log1p"); }
llvm::Value* VectorTanh(Emitter& e, llvm::Value* x) { return Apply(e, x, TanhF32, "tanh"); }
llvm::Value* VectorErf(Emitter& e, llvm::Value* x) { return Apply(e, x, ErfF32, "erf"); }

llvm::Value* VectorSigmoid(Emitter& e, llvm::Value* x) {
  const Real exponential(e, VectorExp(e, (-Real(e, x)).value()));
  return VectorDiv(e, exponential.Constant(1).value(), (exponential + 1.0).value());
}

}  // namespace nnc::codegen
