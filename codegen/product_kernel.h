// Code for a kernel whose root is a MatMul: the product, and at each of its elements the kernel's stores.
#pragma once

#include "codegen/buffers.h"
#include "codegen/emitter.h"
#include "codegen/matmul.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

// Sizes and layouts of a kernel's MatMul, whose leading axes are one batch, and the cost of what follows it.
MatmulSpec SpecOf(const ir::Function& function, const Kernel& kernel);

// Emits the calling thread's share. `scratch` is the offset of the plan's scratch memory in the arena.
void EmitProduct(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel,
                 const MatmulPlan& product, int64_t scratch);

}  // namespace nnc::codegen
