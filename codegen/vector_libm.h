// Calls of the C library a lane at a time: f64 functions, and arguments too rare or hard for a polynomial.
#pragma once

#include "codegen/emitter.h"

namespace nnc::codegen {

bool IsF64(const llvm::Value* value);  // a scalar or vector of f64

// name(operands...) in every lane. `name` must be one of the host functions (codegen/host_functions.h).
llvm::Value* CallLibm(Emitter& emitter, const char* name, const Values& operands);
// `otherwise`, but name(x) in the lanes of `where`; the calls are in a loop that is not entered where no lane is set.
llvm::Value* CallLibmWhere(Emitter& emitter, const char* name, llvm::Value* x, llvm::Value* where,
                           llvm::Value* otherwise);

}  // namespace nnc::codegen
