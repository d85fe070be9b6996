// What a kernel has to do, as numbers that a machine's limits can be held against.
#pragma once

#include <cstdint>

#include "codegen/schedule.h"

namespace nnc::codegen {

// The work of one call.
//
// Flops. A product: two for each term of its sums, 2*m*n*k. An elementwise op that makes floats by arithmetic: one for
// each element, an exponential or a division as an addition. A reduction or a running sum of floats, and scatter_add:
// one for each element that is folded or added. All else has none: moving, casting, comparing and selecting, integers,
// random numbers, sorting. What a kernel makes again for itself counts once.
//
// Bytes. What is read from memory and what is stored: each element once, however often the kernel comes back to it, and
// of a table the rows that are taken. What is updated in place is read and stored.
//
// A loop has none of its own: its body's kernels have.
struct Work {
  int64_t flops = 0;
  int64_t bytes = 0;
};
Work WorkOf(const Schedule& schedule, const Kernel& kernel);

}  // namespace nnc::codegen
