// Code for kernels that mostly move memory: scatter_add and copies.
#pragma once

#include "codegen/buffers.h"
#include "codegen/emitter.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

// The base is made or copied, then rows are added one after the other, in the order of their ids; an id outside the
// base is dropped. For one thread.
void EmitScatter(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel);

// A buffer to another of the same size. For one thread.
void EmitCopy(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel);
void CopyBytes(Emitter& emitter, const BufferPlan::Place& from, const BufferPlan::Place& to, int64_t bytes);

}  // namespace nnc::codegen
