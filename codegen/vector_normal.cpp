// The normal distribution. The polynomial comes from vector_math_coefficients.py.
#include <numbers>

#include "codegen/vector_exponential.h"
#include "codegen/vector_expression.h"
#include "codegen/vector_libm.h"
#include "codegen/vector_math.h"

namespace nnc::codegen {
namespace {

// With a = |x|, t = 1 / (1 + ca) and v = at - v0, the tail beyond a is e^(-a^2/2) t P(v): t takes the tail's decay
// beyond the exponential, at maps all a to [0, 1/c) (as Shepherd and Laframboise do for erfc, "Chebyshev approximation
// of (1 + 2x) exp(x^2) erfc x in 0 <= x < inf", Mathematics of Computation 36, 1981), and v0 is where Horner's rule
// then cancels least. In f32 the roundings add up to more than 4 ULP unless some are undone:
// - the square is never rounded, and the exponential less 1 is added to t P(v), whose low part is kept;
// - t is relatively too large by t (1 + ca) - 1. The tail is by about half of that, as P(v) falls while t grows; the
//   exponent, of which r is -1/2, is lowered by as much.
// Beyond 13.2 the tail is below 2^-126.
Real NormalCdfF32(Real x) {
  constexpr double kScale = 0.265625, kMiddle = 1.546875, kFarthest = 13.2;
  const Real magnitude = Abs(x);
  const Real a = Select(magnitude > kFarthest, x.Constant(kFarthest), magnitude);
  const Real scaled = a * kScale, t = 1.0 / (scaled + 1.0);
  const Real p =
      Polynomial(Fma(a, t, -kMiddle), {0x1.d81b86p-3, -0x1.a6cbf6p-4, 0x1.10f1fp-5, -0x1.d71dep-8, 0x1.8f5aa6p-11,
                                       0x1.034918p-14, -0x1.c3cf0cp-16, -0x1.bf5db4p-23, 0x1.98119ep-21});  // 2^-26
  const Real high = t * p, low = Fma(t, p, -high);
  const Reduced square = ReduceSquareByLog2(a);
  const Real r = square.r + Fma(t, scaled, t - 1.0);
  const Real tail = (high + Fma(high * r, ExpLessOneQuotient(r, -0.5), low)) * square.PowerOfTwo();
  return Select(x < 0.0, tail, 1.0 - tail);
}

}  // namespace

llvm::Value* VectorNormalCdf(Emitter& e, llvm::Value* x) {
  const Real argument(e, x);
  if (!IsF64(x)) return NormalCdfF32(argument).value();
  const Real tail = argument.With(CallLibm(e, "erfc", {(argument * -(std::numbers::sqrt2 / 2)).value()}));
  return (tail * 0.5).value();
}

}  // namespace nnc::codegen
