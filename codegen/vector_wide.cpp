// The polynomials come from vector_math_coefficients.py.
#include "codegen/vector_wide.h"

#include <numbers>

namespace nnc::codegen {
namespace {

llvm::Value* LongBits(Real x) {
  return x.ir().CreateBitCast(x.value(), x.emitter().ComputeType(ir::Element::kI64, Emitter::LanesOf(x.value())));
}
llvm::Value* Number(llvm::Value* like, int64_t number) { return llvm::ConstantInt::getSigned(like->getType(), number); }

}  // namespace

Real Widen(Real x) { return x.With(x.emitter().Convert(x.value(), ir::Element::kF32, ir::Element::kF64)); }
Real Narrow(Real x) { return x.With(x.emitter().Convert(x.value(), ir::Element::kF64, ir::Element::kF32)); }

// By log((1+s)/(1-s)) = 2s + s^3 P(s^2).
Real Log2(Real x) {
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

Real Exp2(Real x) {
  constexpr double kRoundingShift = 0x1.8p52;
  llvm::IRBuilder<>& ir = x.ir();
  const Real shifted = x + kRoundingShift;
  const Real r = x - (shifted - kRoundingShift);
  const Real p =
      Polynomial(r, {0x1.ffffffffabbcap-1, 0x1.62e42ff116290p-1, 0x1.ebfbe0a4be9e7p-3, 0x1.c6b08aaf2ec9dp-5,
                     0x1.3b29dc40c12c0p-7, 0x1.5d8a7087ff344p-10, 0x1.446a1feaa0ef6p-13, 0x1.fe17848dd4e5bp-17});
  llvm::Value* exponent = ir.CreateShl(LongBits(shifted), Number(LongBits(x), 52));
  llvm::Value* power = ir.CreateAdd(exponent, Number(exponent, 0x3ff0000000000000));
  return p * x.With(ir.CreateBitCast(power, x.value()->getType()));
}

}  // namespace nnc::codegen
