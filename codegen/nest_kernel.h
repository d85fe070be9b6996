// Code for a kernel that is a nest of loops: elementwise, row-wise and reducing ones.
#pragma once

#include "codegen/buffers.h"
#include "codegen/emitter.h"
#include "codegen/nest_plan.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

// Emits the calling thread's share of a kLoop, kRow or kReduce kernel over `threads` threads.
//
// Loops over the parallel axes; inside, one pass over the reduced axes for each level of reductions (a reduction's
// level is one more than that of those it needs), then one that makes the stores at every point. A reduction sums into
// up to four accumulators in turn, which are then combined in order, then the lanes by halves: an order that only
// shapes decide.
void EmitNest(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel, int threads);

}  // namespace nnc::codegen
