// Elementary functions on scalars or vectors of f32 and f64, emitted inline.
//
// f32: polynomials and range reductions of at most 4 ULP over all arguments. docs/performance.md has each function's
// error and speed; nnc_check_vector_math (bench/) finds the errors over all 2^32 arguments, and the tests hold samples
// to them. NaN, infinities and overflow are those of C's libm; the sign of a zero is not promised. Generated code runs
// with denormals flushed: an argument below the smallest normal number, 2^-126, counts as zero, and where the exact
// result is below it, the result is at most 2^-126.
// f64: libm, a lane at a time (the JIT's list of host functions names them). Emitted from the operations of the emitter
// alone, so any lane count works.
#pragma once

#include "codegen/emitter.h"

namespace nnc::codegen {

llvm::Value* VectorExp(Emitter& e, llvm::Value* x);
llvm::Value* VectorExpm1(Emitter& e, llvm::Value* x);
llvm::Value* VectorLog(Emitter& e, llvm::Value* x);
llvm::Value* VectorLog1p(Emitter& e, llvm::Value* x);
llvm::Value* VectorTanh(Emitter& e, llvm::Value* x);
llvm::Value* VectorSigmoid(Emitter& e, llvm::Value* x);
llvm::Value* VectorErf(Emitter& e, llvm::Value* x);
llvm::Value* VectorNormalCdf(Emitter& e, llvm::Value* x);  // P(Z <= x) for a standard normal Z
llvm::Value* VectorSin(Emitter& e, llvm::Value* x);
llvm::Value* VectorCos(Emitter& e, llvm::Value* x);
llvm::Value* VectorPow(Emitter& e, llvm::Value* x, llvm::Value* y);  // C's pow: pow(x, 0) and pow(1, y) are 1
llvm::Value* VectorSqrt(Emitter& e, llvm::Value* x);
llvm::Value* VectorRsqrt(Emitter& e, llvm::Value* x);                // 1 / sqrt(x)
llvm::Value* VectorDiv(Emitter& e, llvm::Value* x, llvm::Value* y);  // IEEE division

}  // namespace nnc::codegen
