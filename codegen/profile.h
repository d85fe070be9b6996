// What running code took, by its own count: Options::profile.
#pragma once

#include <cstdint>
#include <vector>

#include "codegen/kernel_summary.h"

namespace nnc::codegen {

// What one thread counted.
struct Counts {
  int64_t calls = 0;
  double seconds = 0;         // in all calls
  double begin = 0, end = 0;  // of the last call: seconds since the code was compiled
};

struct KernelProfile {
  KernelSummary kernel;
  std::vector<Counts> threads;  // a loop's count holds what the kernels of its body count
};

// One function, since the counters were set to zero. Reading the counter twice and adding to the table takes some 20
// nanoseconds a call, part of which is counted; a step of many small kernels is that much slower than without.
struct FunctionProfile {
  std::vector<Counts> runs;     // on each thread, with the wait for the other threads at the end
  std::vector<Counts> gathers;  // of a batch, by the loops that call the function; calls stay 0 where there is none
  std::vector<KernelProfile> kernels;
};

}  // namespace nnc::codegen
