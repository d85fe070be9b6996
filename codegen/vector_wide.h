// What f32 functions compute in f64 where 24 bits on the way would not leave 24 bits of the result.
#pragma once

#include "codegen/vector_expression.h"

namespace nnc::codegen {

Real Widen(Real x);   // f32 to f64
Real Narrow(Real x);  // f64 to f32
Real Log2(Real x);    // of a positive f64, to 44 bits; log2(0) = -inf, log2(inf) = inf
Real Exp2(Real x);    // 2^x in f64, to 34 bits, for |x| <= 1000

}  // namespace nnc::codegen
