// Elementary functions on scalars or vectors of f32 and f64, emitted inline.
//
// f32: polynomials and range reductions of at most 4 ULP over the whole range (the tests assert each function's bound
// against long double). NaN, infinities and overflow are those of C's libm; results below the smallest normal may be
// flushed to zero, as generated code runs with denormals flushed. f64: libm, a lane at a time (the JIT's list of host
// functions names them). Emitted from the operations of the emitter alone, so any lane count works.
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
llvm::Value* VectorSin(Emitter& e, llvm::Value* x);
llvm::Value* VectorCos(Emitter& e, llvm::Value* x);
llvm::Value* VectorPow(Emitter& e, llvm::Value* x, llvm::Value* y);  // C's pow: pow(x, 0) and pow(1, y) are 1
llvm::Value* VectorSqrt(Emitter& e, llvm::Value* x);
llvm::Value* VectorRsqrt(Emitter& e, llvm::Value* x);                // 1 / sqrt(x)
llvm::Value* VectorDiv(Emitter& e, llvm::Value* x, llvm::Value* y);  // IEEE division

}  // namespace nnc::codegen
