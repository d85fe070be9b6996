// The steps of an exponential on f32, for functions that have one inside.
#pragma once

#include "codegen/vector_expression.h"

namespace nnc::codegen {

// log(2) in two parts; the first has so few bits that its product with any exponent is exact (Cody and Waite, "Software
// Manual for the Elementary Functions", 1980, chapter 6).
constexpr double kLog2High = 0x1.62e4p-1, kLog2Low = 0x1.7f7d1cp-20;

// An integer n and what is left of a number. `shifted` holds n in its low bits.
struct Reduced {
  Real r;
  llvm::Value* shifted;

  llvm::Value* Exponent() const;  // n in the place of an f32's exponent
  Real PowerOfTwo() const;        // 2^n for -126 <= n <= 127
};

// x = n log(2) + r with |r| at most log(2)/2.
Reduced ReduceByLog2(Real x);
// -a^2 / 2 = n log(2) - r / 2 with |r| at most log(2). The square is not rounded before n log(2) is taken from it.
Reduced ReduceSquareByLog2(Real a);

// For |scale r| at most log(2)/2: e^r - 1, to 2^-28 of e^r, and (e^(scale r) - 1) / r, scale being a power of two.
Real ExpLessOne(Real r);
Real ExpLessOneQuotient(Real r, double scale);

}  // namespace nnc::codegen
