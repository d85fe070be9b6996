// Code for kernels along the lines of one axis: running sums and sort orders.
#pragma once

#include "codegen/buffers.h"
#include "codegen/emitter.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

// Bytes of scratch that a kernel of `root` needs on each thread.
int64_t LineScratchBytes(const ir::Node& root);

// Emits the calling thread's share of a kLine kernel over `threads` threads; `scratch` is the offset of the scratch of
// all threads. A running sum goes along as many neighbouring lines at a time as a vector holds, and sums floats in f64.
// Sorting is a merge sort of indices from the bottom up, stable by itself: runs of 1, 2, 4 ... are merged from one half
// of the scratch into the other (Knuth, "The art of computer programming", volume 3, section 5.2.4).
void EmitLines(Emitter& emitter, const Schedule& schedule, const BufferPlan& plan, const Kernel& kernel, int threads,
               int64_t scratch);

}  // namespace nnc::codegen
