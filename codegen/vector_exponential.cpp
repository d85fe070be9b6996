// The polynomial comes from vector_math_coefficients.py.
#include "codegen/vector_exponential.h"

namespace nnc::codegen {
namespace {

constexpr double kRoundingShift = 0x1.8p23;  // adding it rounds an f32 to an integer, in its low bits
constexpr double kLog2E = 0x1.715476p+0;

// e^r = 1 + r + r^2 P(r), 2^-28
constexpr double kP[] = {0x1.fffffcp-2, 0x1.555492p-3, 0x1.5558f2p-5, 0x1.1239d4p-7, 0x1.6a244cp-10};

}  // namespace

llvm::Value* Reduced::Exponent() const { return r.ir().CreateShl(shifted, BitConstant(shifted, 23)); }

Real Reduced::PowerOfTwo() const { return FromBits(r, r.ir().CreateAdd(Exponent(), BitConstant(shifted, 0x3f800000))); }

Reduced ReduceByLog2(Real x) {
  const Real shifted = Fma(x, kLog2E, kRoundingShift);
  const Real n = shifted - kRoundingShift;
  return {Fma(n, -kLog2Low, Fma(n, -kLog2High, x)), Bits(shifted)};
}

Reduced ReduceSquareByLog2(Real a) {
  const Real shifted = Fma(a * a, -kLog2E / 2, kRoundingShift);
  const Real n = shifted - kRoundingShift;
  return {Fma(n, 2 * kLog2Low, Fma(a, a, n * (2 * kLog2High))), Bits(shifted)};
}

Real ExpLessOne(Real r) { return Fma(r * r, Polynomial(r, {kP[0], kP[1], kP[2], kP[3], kP[4]}), r); }

Real ExpLessOneQuotient(Real r, double scale) {
  const double s2 = scale * scale, s3 = s2 * scale;
  return Polynomial(r, {scale, s2 * kP[0], s3 * kP[1], s2 * s2 * kP[2], s2 * s3 * kP[3], s3 * s3 * kP[4]});
}

}  // namespace nnc::codegen
