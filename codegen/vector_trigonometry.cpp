// Sine and cosine. The polynomials come from vector_math_coefficients.py.
#include "codegen/vector_expression.h"
#include "codegen/vector_libm.h"
#include "codegen/vector_math.h"

namespace nnc::codegen {
namespace {

// Up to here n * pi/2 comes off in three steps with an error below the result's last place; beyond, libm reduces the
// argument.
constexpr double kLargestReduced = 71476.0;

// sin(x + quarter * pi/2). pi/2 is taken off in three parts (Cody and Waite) of 24 bits each.
Real SineInRange(Real x, int64_t quarter) {
  constexpr double kTwoOverPi = 0x1.45f306p-1, kRoundingShift = 0x1.8p23;
  constexpr double kHigh = 0x1.921fb0p+0, kMiddle = 0x1.5110b4p-22, kLow = 0x1.846988p-48;
  llvm::IRBuilder<>& ir = x.ir();
  const Real shifted = Fma(x, kTwoOverPi, kRoundingShift);
  const Real n = shifted - kRoundingShift;
  const Real r = Fma(n, -kLow, Fma(n, -kMiddle, Fma(n, -kHigh, x)));
  const Real s = r * r;
  const Real odd = Fma(r * s, Polynomial(s, {-0x1.555546p-3, 0x1.11073ap-7, -0x1.9943e2p-13}), r);  // 2^-26
  const Real sine = CopySign(odd, r);                                                               // of -0, too
  const Real c = Polynomial(s, {0x1.55554ap-5, -0x1.6c0c34p-10, 0x1.99eb9cp-16});                   // 2^-32
  const Real cosine = Fma(s * s, c, Fma(s, -0.5, 1.0));

  llvm::Type* bits = x.emitter().ComputeType(ir::Element::kI32, Emitter::LanesOf(x.value()));
  const auto number = [&](int64_t value) { return llvm::ConstantInt::getSigned(bits, value); };
  llvm::Value* turn = ir.CreateAdd(ir.CreateBitCast(shifted.value(), bits), number(quarter));
  const Real unsigned_result = Select(ir.CreateTrunc(turn, llvm::CmpInst::makeCmpResultType(bits)), cosine, sine);
  return Select(ir.CreateIsNotNull(ir.CreateAnd(turn, number(2))), -unsigned_result, unsigned_result);
}

llvm::Value* Sine(Emitter& e, llvm::Value* x, int64_t quarter, const char* f32, const char* f64) {
  if (IsF64(x)) return CallLibm(e, f64, {x});
  const Real argument(e, x);
  const Real magnitude = Abs(argument);
  llvm::Value* large = e.ir().CreateAnd(magnitude > kLargestReduced, magnitude < magnitude.Infinity());
  return CallLibmWhere(e, f32, x, large, SineInRange(argument, quarter).value());
}

}  // namespace

llvm::Value* VectorSin(Emitter& e, llvm::Value* x) { return Sine(e, x, 0, "sinf", "sin"); }
llvm::Value* VectorCos(Emitter& e, llvm::Value* x) { return Sine(e, x, 1, "cosf", "cos"); }

}  // namespace nnc::codegen
