// What the machine can do at most, measured by generated code: what a kernel's time is held against.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codegen/work.h"

namespace nnc::codegen {

struct MachineLimits {
  // A place that data may lie in, with the caches of all threads together.
  struct Level {
    std::string name;  // "L1", "memory"
    int64_t bytes = 0;
    double bytes_per_second = 0;
  };

  int threads = 1;
  double flops_per_second = 0;
  std::vector<Level> levels;  // the nearest first; the last, memory, holds everything

  // The roofline (Williams, Waterman and Patterson, "Roofline: an insightful visual performance model", 2009): the work
  // takes no less than its flops at the peak, and no less than its bytes at the rate of the nearest level that holds
  // them.
  double LeastSeconds(const Work& work) const;
};

// Takes some 100 ms on `threads` threads. Peak: f32 multiply-adds, two flops each, on independent chains in as many
// vector registers as there are. Rates: the triad a = b + s*c (McCalpin, "Memory bandwidth and machine balance",
// 1995) over arrays that fill half of a cache, or twice the last cache.
MachineLimits MeasureLimits(int threads);

}  // namespace nnc::codegen
