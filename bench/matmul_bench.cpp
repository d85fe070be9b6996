// Measures matrix products against the core's multiply-add peak: nnc_bench_matmul [CPU]. One thread, the processor's
// time (which other programs disturb least), the best of 41 samples.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <vector>

#include "codegen/emitter.h"
#include "codegen/jit.h"
#include "codegen/matmul.h"
#include "codegen/threads.h"

namespace nnc::codegen {
namespace {

struct Case {
  const char* layout;  // of A and B
  int64_t m, k, n;
};

// Products of the jobs in bench/jobs, a recurrent step, and squares.
const std::vector<Case> kCases = {
    {"NT", 32, 2, 100},    {"NT", 32, 100, 3},      {"TN", 3, 32, 100},      {"NN", 32, 3, 100},
    {"TN", 100, 32, 2},    {"NT", 128, 784, 128},   {"NT", 128, 128, 10},    {"TN", 10, 128, 128},
    {"NN", 128, 10, 128},  {"TN", 128, 128, 784},   {"NN", 128, 784, 512},   {"NT", 128, 512, 784},
    {"TN", 784, 128, 512}, {"NN", 256, 1024, 1024}, {"NT", 256, 1024, 1024}, {"TN", 1024, 256, 1024},
    {"NN", 32, 128, 512},  {"NT", 32, 128, 512},    {"NN", 100, 100, 100},   {"NN", 16, 16, 16},
    {"NN", 64, 64, 64},    {"NN", 256, 256, 256},   {"NN", 512, 512, 512},   {"NN", 1024, 1024, 1024},
};

double ProcessorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Kernel {
 public:
  Kernel(const Target& target, int64_t arena_bytes, const std::function<void(Emitter&)>& emit)
      : jit_(Build(target, emit)),
        arena_(std::aligned_alloc(64, (static_cast<size_t>(arena_bytes) + 127) / 64 * 64), std::free) {
    std::fill_n(static_cast<float*>(arena_.get()), arena_bytes / 4, 0.5f);
    function_ = reinterpret_cast<Team::Function>(jit_.Address("kernel"));
  }

  // The time of a run in seconds. A sample takes at least a millisecond, as the clock counts microseconds.
  double Seconds() {
    const double once = std::max(Sample(1), 1e-8);
    const int64_t runs = static_cast<int64_t>(1e-3 / once) + 1;
    double best = Sample(runs);
    for (int i = 0; i < 40; ++i) best = std::min(best, Sample(runs));
    return best;
  }

 private:
  static Jit Build(const Target& target, const std::function<void(Emitter&)>& emit) {
    OwnedModule owned = NewModule("bench", target);
    Emitter emitter(*owned.module, "kernel", target);
    emit(emitter);
    emitter.Finish();
    OptimizeModule(*owned.module, target, 2);
    return {std::move(owned), target, 2};
  }
  double Sample(int64_t runs) {
    const double start = ProcessorSeconds();
    for (int64_t i = 0; i < runs; ++i) function_(arena_.get(), 0, nullptr);
    return (ProcessorSeconds() - start) / static_cast<double>(runs);
  }

  Jit jit_;
  std::unique_ptr<void, void (*)(void*)> arena_;
  Team::Function function_ = nullptr;
};

// Independent chains of multiply-adds in registers: what the core can do at most.
double PeakGflops(const Target& target) {
  const int64_t chains = target.vector_registers - 4, steps = 100000, lanes = target.Lanes(ir::Element::kF32);
  Kernel kernel(target, 4096, [&](Emitter& e) {
    Values sums;
    for (int64_t i = 0; i < chains; ++i) sums.push_back(e.Load(e.Arena(ir::Element::kF32, 64 * i), lanes));
    llvm::Value* factor = e.Load(e.Arena(ir::Element::kF32, 0), lanes);
    sums = e.ForCarry(0, steps, 1, sums, [&](llvm::Value*, const Values& carried) {
      Values next;
      for (llvm::Value* sum : carried) next.push_back(e.MulAdd(factor, factor, sum));
      return next;
    });
    for (int64_t i = 0; i < chains; ++i) e.Store(e.Arena(ir::Element::kF32, 64 * i), sums[static_cast<size_t>(i)]);
  });
  return 2e-9 * static_cast<double>(chains * steps * lanes) / kernel.Seconds();
}

void Measure(const Target& target, const Case& sizes, double peak) {
  MatmulSpec spec;
  spec.m = sizes.m;
  spec.k = sizes.k;
  spec.n = sizes.n;
  spec.transpose_a = sizes.layout[0] == 'T';
  spec.transpose_b = sizes.layout[1] == 'T';
  const auto round = [](int64_t elements) { return (4 * elements + 63) / 64 * 64; };
  const int64_t b = round(spec.m * spec.k), c = b + round(spec.k * spec.n), scratch = c + round(spec.m * spec.n);
  const double start = ProcessorSeconds();
  const MatmulPlan plan = PlanMatmul(spec, target, 1);
  Kernel kernel(target, scratch + plan.scratch_bytes(), [&](Emitter& e) {
    const Pointer result = e.Arena(spec.element, c);
    EmitMatmul(e, plan, {e.Arena(spec.element, 0), e.Arena(spec.element, b), e.Arena(ir::Element::kU8, scratch)},
               [&](const MatmulPlace& place, llvm::Value* sums) { StoreSums(e, result, place, sums); });
  });
  const double compile = ProcessorSeconds() - start;
  const double seconds = kernel.Seconds();
  const double gflops = 2e-9 * static_cast<double>(spec.m * spec.n * spec.k) / seconds;
  fmt::print("{} {:>5} x {:>4} x {:>4}  {:>9.2f} us {:>7.1f} GFLOP/s {:>4.0f} %  {:>5.1f} ms to compile  {}\n",
             sizes.layout, spec.m, spec.k, spec.n, 1e6 * seconds, gflops, 100 * gflops / peak, 1e3 * compile,
             plan.Describe());
}

}  // namespace
}  // namespace nnc::codegen

int main(int count, char** arguments) {
  using namespace nnc::codegen;
  const Target target = DescribeTarget(count > 1 ? arguments[1] : "");
  const double peak = PeakGflops(target);
  fmt::print("{}: multiply-add peak {:.1f} GFLOP/s; M x K x N\n", target.cpu, peak);
  for (const Case& sizes : kCases) Measure(target, sizes, peak);
}
