// Powers, roots and quotients. The polynomials come from vector_math_coefficients.py.
#include <llvm/IR/IntrinsicsX86.h>

#include <numbers>

#include "codegen/vector_expression.h"
#include "codegen/vector_libm.h"
#include "codegen/vector_math.h"

namespace nnc::codegen {
namespace {

llvm::Value* LongBits(Real x) {
  return x.ir().CreateBitCast(x.value(), x.emitter().ComputeType(ir::Element::kI64, Emitter::LanesOf(x.value())));
}
llvm::Value* Number(llvm::Value* like, int64_t number) { return llvm::ConstantInt::getSigned(like->getType(), number); }

// log2 of a positive f64 by log((1+s)/(1-s)) = 2s + s^3 P(s^2); 44 bits. Limits: log2(0) = -inf, log2(inf) = inf.
Real Log2OfDouble(Real x) {
  constexpr int64_t kSqrtHalfBits = 0x3fe6a09e667f3bcd;
  llvm::IRBuilder<>& ir = x.ir();
  llvm::Value* bits = LongBits(x);
  llvm::Value* exponent = ir.CreateAShr(ir.CreateSub(bits, Number(bits, kSqrtHalfBits)), Number(bits, 52));
  llvm::Value* mantissa_bits = ir.CreateSub(bits, ir.CreateShl(exponent, Number(bits, 52)));
  const Real mantissa = x.With(ir.CreateBitCast(mantissa_bits, x.value()->getType()));
  const Real s = (mantissa - 1.0) / (mantissa + 1.0);
  const Real p = Polynomial(s * s, {0x1.555555561e2c8p-1, 0x1.999996a98fe38p-2, 0x1.249411cdd45a1p-2,
                                    0x1.c62b2049389a7p-3, 0x1.9114d8d73ad18p-3});
  const Real logarithm = Fma(s * s * s, p, s + s);
  const Real n = x.With(ir.CreateSIToFP(exponent, x.value()->getType()));
  const Real finite = Fma(logarithm, std::numbers::log2e, n);
  const Real limit = Select(x == 0.0, -x.Infinity(), x);
  llvm::Value* regular = ir.CreateAnd(x < x.Infinity(), ir.CreateNot(x == 0.0));
  return Select(regular, finite, limit);
}

// 2^x in f64 to 34 bits, with exponents beyond what f32 can hold cut off.
Real Exp2OfDouble(Real x) {
  constexpr double kRoundingShift = 0x1.8p52;
  llvm::IRBuilder<>& ir = x.ir();
  const Real above = Select(x > 1000.0, x.Constant(1000), x);
  const Real clamped = Select(above < -1000.0, x.Constant(-1000), above);
  const Real shifted = clamped + kRoundingShift;
  const Real r = clamped - (shifted - kRoundingShift);
  const Real p =
      Polynomial(r, {0x1.ffffffffabbcap-1, 0x1.62e42ff116290p-1, 0x1.ebfbe0a4be9e7p-3, 0x1.c6b08aaf2ec9dp-5,
                     0x1.3b29dc40c12c0p-7, 0x1.5d8a7087ff344p-10, 0x1.446a1feaa0ef6p-13, 0x1.fe17848dd4e5bp-17});
  llvm::Value* exponent = ir.CreateShl(LongBits(shifted), Number(LongBits(x), 52));
  llvm::Value* power = ir.CreateAdd(exponent, Number(exponent, 0x3ff0000000000000));
  return p * x.With(ir.CreateBitCast(power, x.value()->getType()));
}

// Through f64, whose 53 bits leave enough after y * log2(x) has used up to 7 of them for the integer part.
Real PowF32(Real x, Real y) {
  llvm::IRBuilder<>& ir = x.ir();
  Emitter& e = x.emitter();
  const auto widen = [&](Real v) { return v.With(e.Convert(v.value(), ir::Element::kF32, ir::Element::kF64)); };
  const Real logarithm = Log2OfDouble(widen(Abs(x)));
  const Real product = Select(logarithm == 0.0, logarithm, logarithm * widen(y));  // 1^inf is 1
  const Real magnitude = x.With(e.Convert(Exp2OfDouble(product).value(), ir::Element::kF64, ir::Element::kF32));

  const Real half = y * 0.5;
  llvm::Value* whole = ir.CreateFCmpOEQ(Floor(y).value(), y.value());
  llvm::Value* even = ir.CreateFCmpOEQ(Floor(half).value(), half.value());
  const Real with_sign = Select(ir.CreateAnd(whole, ir.CreateNot(even)), CopySign(magnitude, x), magnitude);
  llvm::Value* undefined = ir.CreateAnd(ir.CreateAnd(x < 0.0, -x.Infinity() < x), ir.CreateNot(whole));
  const Real defined =
      Select(ir.CreateOr(undefined, y.IsNan()), x.Constant(std::numeric_limits<double>::quiet_NaN()), with_sign);
  return Select(ir.CreateOr(y == 0.0, x == 1.0), x.Constant(1), defined);
}

// Where the target estimates 1/sqrt to 14 bits: one Newton step on the estimate, r + r (1/2 - (x r) (r / 2)). At 0 and
// infinity the step is NaN and the estimate exact.
bool HasRsqrtEstimate(Emitter& e, llvm::Value* x) {
  return e.target().vector_bytes == 64 && Emitter::LanesOf(x) == 16 && !IsF64(x);
}

Real RsqrtByEstimate(Real x) {
  llvm::IRBuilder<>& ir = x.ir();
  llvm::Value* zero = llvm::Constant::getNullValue(x.value()->getType());
  const Real r = x.With(
      ir.CreateIntrinsic(llvm::Intrinsic::x86_avx512_rsqrt14_ps_512, {}, {x.value(), zero, ir.getInt16(0xffff)}));
  const Real step = Fma(r, Fma(x * r, r * -0.5, 0.5), r);
  return Select(step.IsNan(), r, step);
}

}  // namespace

llvm::Value* VectorPow(Emitter& e, llvm::Value* x, llvm::Value* y) {
  return IsF64(x) ? CallLibm(e, "pow", {x, y}) : PowF32({e, x}, {e, y}).value();
}

llvm::Value* VectorRsqrt(Emitter& e, llvm::Value* x) {
  if (HasRsqrtEstimate(e, x)) return RsqrtByEstimate({e, x}).value();
  return (1.0 / Unary(llvm::Intrinsic::sqrt, {e, x})).value();
}

// x / sqrt(x): a third of the time of the instruction, which works on a few lanes at a time.
llvm::Value* VectorSqrt(Emitter& e, llvm::Value* x) {
  const Real argument(e, x);
  if (!HasRsqrtEstimate(e, x)) return Unary(llvm::Intrinsic::sqrt, argument).value();
  llvm::Value* itself = e.ir().CreateOr(argument == 0.0, e.ir().CreateFCmpOEQ(x, argument.Infinity().value()));
  return Select(itself, argument, argument * RsqrtByEstimate(argument)).value();
}

llvm::Value* VectorDiv(Emitter& e, llvm::Value* x, llvm::Value* y) { return (Real(e, x) / Real(e, y)).value(); }

}  // namespace nnc::codegen
