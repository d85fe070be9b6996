// Code for one elementwise op: EmitNAME for each Elementwise row of ir/ops.def.
#pragma once

#include "codegen/emitter.h"
#include "ir/function.h"

namespace nnc::codegen {

// What an elementwise op is emitted from: compute-type values (emitter.h), all scalars or all vectors of one lane
// count.
struct ElementOperation {
  Emitter& emitter;
  ir::Element from;  // element type of operand 0
  ir::Element to;    // element type of the result
  const Values& operands;
};

#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) NNC_EMIT_##klass(name)
#define NNC_EMIT_Elementwise(name) llvm::Value* Emit##name(const ElementOperation& o);
#define NNC_EMIT_Source(name)
#define NNC_EMIT_Reduce(name)
#define NNC_EMIT_Movement(name)
#define NNC_EMIT_Index(name)
#define NNC_EMIT_Line(name)
#define NNC_EMIT_Contraction(name)
#define NNC_EMIT_Loop(name)
#define NNC_EMIT_Request(name)
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_EMIT_Elementwise
#undef NNC_EMIT_Source
#undef NNC_EMIT_Reduce
#undef NNC_EMIT_Movement
#undef NNC_EMIT_Index
#undef NNC_EMIT_Line
#undef NNC_EMIT_Contraction
#undef NNC_EMIT_Loop
#undef NNC_EMIT_Request

// Dispatches on the op, which must be elementwise.
llvm::Value* EmitElementwise(ir::Op op, const ElementOperation& operation);

// The random stream of ir/evaluate.h on i64 scalars or vectors.
llvm::Value* EmitMix64(Emitter& e, llvm::Value* z);
llvm::Value* EmitRandomBits(Emitter& e, llvm::Value* key, llvm::Value* i);
// Element `i` (i64) of a Uniform with this key, in the compute type of `element`.
llvm::Value* EmitUniform(Emitter& e, llvm::Value* key, llvm::Value* i, ir::Element element);

}  // namespace nnc::codegen
