// The normal distribution. The polynomial comes from vector_math_coefficients.py.
#include <numbers>

#include "codegen/vector_expression.h"
#include "codegen/vector_libm.h"
#include "codegen/vector_math.h"
#include "codegen/vector_wide.h"

namespace nnc::codegen {
namespace {

// With a = |x|, t = 1 / (1 + ca) and s = a t, the tail beyond a is e^(-a^2/2) t P(s): t takes the tail's decay beyond
// the exponential, s maps all a to [0, 1/c) (as Shepherd and Laframboise do for erfc, "Chebyshev approximation of (1 +
// 2x) exp(x^2) erfc x in 0 <= x < inf", Mathematics of Computation 36, 1981). In f64: in f32 the roundings of t, s and
// the product are together more than 4 ULP, and that of a^2 far more. Beyond 15 the tail is zero.
Real NormalCdfF32(Real x) {
  constexpr double kScale = 0.3125;
  const Real magnitude = Abs(x);
  const Real a = Widen(Select(magnitude > 15.0, x.Constant(15), magnitude));
  const Real t = 1.0 / Fma(a, kScale, 1.0);
  const Real p =
      Polynomial(a * t, {0x1.ffffffb0bc3d6p-2, -0x1.f1087af0fdf69p-3, 0x1.95624d4e5b09bp-5, -0x1.b14dfb0bce673p-13,
                         -0x1.3e8dee7d1a82ep-10, 0x1.0f091ab8b6d3cp-16, -0x1.269e42d06fc44p-16, 0x1.ef473f6e22579p-16,
                         -0x1.da27680397975p-18, 0x1.192be65045fd4p-21});  // 2^-26
  const Real tail = Exp2(a * a * (-std::numbers::log2e / 2)) * (t * p);
  return Select(x < 0.0, Narrow(tail), Narrow(1.0 - tail));
}

}  // namespace

llvm::Value* VectorNormalCdf(Emitter& e, llvm::Value* x) {
  const Real argument(e, x);
  if (!IsF64(x)) return NormalCdfF32(argument).value();
  const Real tail = argument.With(CallLibm(e, "erfc", {(argument * -(std::numbers::sqrt2 / 2)).value()}));
  return (tail * 0.5).value();
}

}  // namespace nnc::codegen
