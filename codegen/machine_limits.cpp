#include "codegen/machine_limits.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>

#include "codegen/emitter.h"
#include "codegen/jit.h"
#include "codegen/threads.h"

namespace nnc::codegen {
namespace {

constexpr auto kElement = ir::Element::kF32;

// Vector registers that are not accumulators hold the factors and what the compiler needs.
int64_t Chains(const Target& target) { return target.vector_registers - 4; }

// Each thread's place in the arena: `bytes` for each.
Pointer OwnPart(Emitter& e, int64_t bytes) {
  const int64_t elements = bytes / ir::ByteSize(kElement);
  return e.Advance(e.Arena(kElement, 0), e.ir().CreateMul(e.arguments().thread, e.Index(elements)), elements);
}

// Starts from memory, so that no chain is known to equal another.
void EmitMultiplyAdds(Emitter& e, int64_t steps, int64_t own_bytes) {
  const int64_t lanes = e.target().Lanes(kElement), chains = Chains(e.target());
  const Pointer memory = OwnPart(e, own_bytes);
  const auto vector = [&](int64_t i) { return e.Load(e.Advance(memory, i * lanes), lanes); };
  Values sums;
  for (int64_t i = 0; i < chains; ++i) sums.push_back(vector(i));
  llvm::Value *factor = vector(chains), *term = vector(chains + 1);
  sums = e.ForCarry(0, steps, 1, sums, [&](llvm::Value*, const Values& carried) {
    Values next;
    for (llvm::Value* sum : carried) next.push_back(e.MulAdd(sum, factor, term));
    return next;
  });
  for (int64_t i = 0; i < chains; ++i) e.Store(e.Advance(memory, i * lanes), sums[static_cast<size_t>(i)]);
}

// `bytes` of a thread hold three arrays.
struct Triad {
  int64_t elements = 0, passes = 0;

  Triad(int64_t bytes, int64_t lanes, int64_t traffic) {
    const int64_t step = kUnrolled * lanes, array = bytes / 3 / ir::ByteSize(kElement);
    elements = std::max<int64_t>(1, array / step) * step;
    passes = std::max<int64_t>(1, traffic / this->bytes());
  }
  int64_t bytes() const { return 3 * elements * ir::ByteSize(kElement); }
  static constexpr int64_t kUnrolled = 4;  // vectors
};

void EmitTriad(Emitter& e, const Triad& triad) {
  const int64_t lanes = e.target().Lanes(kElement);
  const Pointer a = OwnPart(e, triad.bytes()), b = e.Advance(a, triad.elements), c = e.Advance(b, triad.elements);
  llvm::Value* s = e.Constant(kElement, 0.5, lanes);
  e.For(0, triad.passes, 1, [&](llvm::Value*) {
    e.For(0, triad.elements, Triad::kUnrolled * lanes, [&](llvm::Value* i) {
      for (int64_t k = 0; k < Triad::kUnrolled; ++k) {
        const auto at = [&](const Pointer& array) { return e.Advance(e.Advance(array, i, lanes), k * lanes); };
        e.Store(at(a), e.MulAdd(s, e.Load(at(c), lanes), e.Load(at(b), lanes)));
      }
    });
  });
}

// Seconds of the quickest of several runs of `emit`'s code on all threads, in zeroed memory.
double QuickestRun(const Target& target, int threads, int64_t bytes, llvm::function_ref<void(Emitter&)> emit) {
  OwnedModule owned = NewModule("limits", target);
  Emitter emitter(*owned.module, "limit", target);
  emit(emitter);
  emitter.Finish();
  OptimizeModule(*owned.module, target, 2);
  const Jit jit(std::move(owned), target, 2);
  const auto function = reinterpret_cast<Team::Function>(jit.Address("limit"));

  const size_t padded = (static_cast<size_t>(bytes) + 63) / 64 * 64;
  const std::unique_ptr<void, void (*)(void*)> memory(std::aligned_alloc(64, padded), std::free);
  if (!memory) throw std::bad_alloc();
  std::memset(memory.get(), 0, padded);

  Team team(threads);
  constexpr int kRuns = 6;
  double least = std::numeric_limits<double>::infinity();
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    team.Run(function, memory.get());
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

double MeasureFlops(const Target& target, int threads) {
  constexpr int64_t kSteps = 20'000;
  const int64_t lanes = target.Lanes(kElement), chains = Chains(target);
  const int64_t own_bytes = (chains + 2) * target.vector_bytes;
  const double seconds =
      QuickestRun(target, threads, threads * own_bytes, [&](Emitter& e) { EmitMultiplyAdds(e, kSteps, own_bytes); });
  return static_cast<double>(2 * threads * chains * kSteps * lanes) / seconds;
}

double MeasureRate(const Target& target, int threads, int64_t own_bytes) {
  constexpr int64_t kTraffic = 64 << 20;  // of a thread: about a millisecond in a cache
  const Triad triad(own_bytes, target.Lanes(kElement), kTraffic);
  const double seconds =
      QuickestRun(target, threads, threads * triad.bytes(), [&](Emitter& e) { EmitTriad(e, triad); });
  return static_cast<double>(threads * triad.bytes() * triad.passes) / seconds;
}

}  // namespace

double MachineLimits::LeastSeconds(const Work& work) const {
  const auto level = std::ranges::find_if(levels, [&](const Level& l) { return work.bytes <= l.bytes; });
  return std::max(static_cast<double>(work.flops) / flops_per_second,
                  static_cast<double>(work.bytes) / level->bytes_per_second);
}

MachineLimits MeasureLimits(int threads) {
  const Target target = DescribeTarget();
  MachineLimits limits;
  limits.threads = threads;
  limits.flops_per_second = MeasureFlops(target, threads);
  const auto add = [&](const char* name, int64_t bytes, int64_t arrays) {
    limits.levels.push_back({name, bytes, MeasureRate(target, threads, arrays / threads)});
  };
  const int64_t l1 = threads * target.l1_bytes, l2 = threads * target.l2_bytes;
  const int64_t l3 = std::max<int64_t>(0, sysconf(_SC_LEVEL3_CACHE_SIZE));  // shared
  add("L1", l1, l1 / 2);
  add("L2", l2, l2 / 2);
  if (l3 > l2) add("L3", l3, l3 / 2);
  add("memory", std::numeric_limits<int64_t>::max(), 2 * std::max(l2, l3));
  return limits;
}

}  // namespace nnc::codegen
