// Measures elementary functions over 4,096 numbers, which lie in L1, against scalar calls of the C library:
//   nnc_bench_vector_math
// One thread, the processor's time (which other programs disturb least), the best of 41 samples, the two in turn.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "bench/elementary_functions.h"

namespace nnc::bench {
namespace {

constexpr int64_t kCount = 4096;
constexpr int kSamples = 41, kRuns = 100;

template <class Body>
double SecondsOf(Body body) {
  const std::clock_t start = std::clock();
  for (int i = 0; i < kRuns; ++i) body();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / kRuns;
}

// The time of an addition that waits for the one before: one cycle.
double SecondsPerCycle() {
  double best = 1;
  for (int sample = 0; sample < kSamples; ++sample) {
    uint64_t sum = 0;
    const double seconds = SecondsOf([&] {
      for (uint64_t i = 0; i < 10000; ++i) {
        sum += i;
        asm volatile("" : "+r"(sum));
      }
    });
    best = std::min(best, seconds / 10000);
  }
  return best;
}

void Measure(const ElementaryFunction& function, double cycle) {
  const std::clock_t start = std::clock();
  Compiled compiled(function, kCount);
  const double compile = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::vector<float> x(kCount), y(kCount);
  for (size_t i = 0; i < x.size(); ++i) compiled.x()[i] = x[i] = 0.001f + 8.0f * static_cast<float>(i) / kCount;
  double vectors = 1, scalars = 1;
  for (int sample = 0; sample < kSamples; ++sample) {
    vectors = std::min(vectors, SecondsOf([&] { compiled.Run(); }));
    scalars = std::min(scalars, SecondsOf([&] {
                         for (size_t i = 0; i < x.size(); ++i) y[i] = function.libm(x[i]);
                       }));
  }
  fmt::print("{:<10} {:>6.2f} {:>8.2f} {:>10.2f} {:>6.1f} {:>8.0f}\n", function.name, vectors / cycle / kCount,
             1e9 * vectors / kCount, 1e9 * scalars / kCount, scalars / vectors, 1e3 * compile);
}

}  // namespace
}  // namespace nnc::bench

int main() {
  const double cycle = nnc::bench::SecondsPerCycle();
  fmt::print("{:.2f} GHz\nfunction   cycles       ns  libm's ns  ratio  compile, ms\n", 1e-9 / cycle);
  for (const nnc::bench::ElementaryFunction& function : nnc::bench::ElementaryFunctions()) {
    nnc::bench::Measure(function, cycle);
  }
}
