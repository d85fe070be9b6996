// Powers, roots and quotients.
#include <llvm/IR/IntrinsicsX86.h>

#include "codegen/vector_expression.h"
#include "codegen/vector_libm.h"
#include "codegen/vector_math.h"
#include "codegen/vector_wide.h"

namespace nnc::codegen {
namespace {

// Through f64, whose 53 bits leave enough after y * log2(x) has used up to 7 of them for the integer part.
Real PowF32(Real x, Real y) {
  llvm::IRBuilder<>& ir = x.ir();
  const Real logarithm = Log2(Widen(Abs(x)));
  const Real product = Select(logarithm == 0.0, logarithm, logarithm * Widen(y));  // 1^inf is 1
  const Real above = Select(product > 1000.0, product.Constant(1000), product);
  const Real magnitude = Narrow(Exp2(Select(above < -1000.0, product.Constant(-1000), above)));

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
