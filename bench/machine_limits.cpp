// What this machine can do at most: nnc_bench_limits [THREADS]. Prints one JSON object, summed over the threads:
//   fma_gflops    f32 multiply-adds (two operations each) on independent chains in registers
//   l2_gbs        bytes/s of the triad a = b + s*c (McCalpin's STREAM) with arrays that fill half of a core's
//   second-level cache memory_gbs    the same with arrays that no cache holds
// Compiled for the machine it is built on (-march=native), with GCC's vector extensions, so that it knows no
// instruction set.
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64, kRegisters = 32;
#elif defined(__AVX__)
constexpr int kVectorBytes = 32, kRegisters = 16;
#elif defined(__aarch64__)
constexpr int kVectorBytes = 16, kRegisters = 32;
#else
constexpr int kVectorBytes = 16, kRegisters = 16;
#endif
constexpr int kLanes = kVectorBytes / 4;
using Vector [[gnu::vector_size(kVectorBytes)]] = float;

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// The most of `work` units a second that all threads together reach in any of `samples` runs of `run`, which is called
// on every thread.
double Best(int threads, int samples, double work, const std::function<void(int thread)>& run) {
  double best = 0;
  std::barrier meet(threads);
  std::vector<std::jthread> team;
  for (int thread = 0; thread < threads; ++thread) {
    team.emplace_back([&, thread] {
      run(thread);  // warm caches and clocks
      for (int i = 0; i < samples; ++i) {
        meet.arrive_and_wait();
        const double start = Now();
        run(thread);
        meet.arrive_and_wait();
        if (thread == 0) best = std::max(best, work * threads / (Now() - start));
      }
    });
  }
  team.clear();
  return best;
}

// Keeps values as if something read them.
void Use(Vector& value) { asm volatile("" : "+m"(value)); }

double FmaFlops(int threads) {
  constexpr int kChains = kRegisters - 4, kSteps = 200000;
  return Best(threads, 40, 2.0 * kChains * kSteps * kLanes, [](int) {
    Vector sums[kChains] = {}, factor = {}, step = {};
    Use(factor);
    Use(step);
    for (int i = 0; i < kSteps; ++i) {
#pragma GCC unroll 32
      for (Vector& sum : sums) sum = sum * factor + step;
    }
    for (Vector& sum : sums) Use(sum);
  });
}

[[gnu::noinline]] void Triad(Vector* a, const Vector* b, const Vector* c, int64_t vectors) {
  const Vector s = Vector{} + 0.5f;
#pragma GCC unroll 4
  for (int64_t i = 0; i < vectors; ++i) a[i] = b[i] + s * c[i];
}

// Each thread has three arrays of its own, `bytes` together, and goes over them `passes` times.
double TriadBytes(int threads, int64_t bytes, int64_t passes) {
  const int64_t vectors = bytes / 3 / kVectorBytes;
  std::vector<std::vector<Vector>> arrays(static_cast<size_t>(threads));
  const double traffic = static_cast<double>(3 * kVectorBytes * vectors * passes);
  return Best(threads, 15, traffic, [&](int thread) {
    std::vector<Vector>& own = arrays[static_cast<size_t>(thread)];
    own.resize(static_cast<size_t>(3 * vectors));  // in the thread that uses it, so that its pages lie near
    Vector* a = own.data();
    for (int64_t pass = 0; pass < passes; ++pass) {
      Triad(a, a + vectors, a + 2 * vectors, vectors);
      Use(*a);
    }
  });
}

int64_t CacheBytes(int name, int64_t fallback) {
  const int64_t bytes = sysconf(name);
  return bytes > 0 ? bytes : fallback;
}

}  // namespace

int main(int count, char** arguments) {
  const int threads = count > 1 ? std::stoi(arguments[1]) : 1;
  const int64_t l2 = CacheBytes(_SC_LEVEL2_CACHE_SIZE, 512 << 10), l3 = CacheBytes(_SC_LEVEL3_CACHE_SIZE, 32 << 20);
  const double fma = FmaFlops(threads), near = TriadBytes(threads, l2 / 2, 200);
  const double far = TriadBytes(threads, 8 * l3, 1);
  std::printf(R"({"threads": %d, "vector_bytes": %d, "fma_gflops": %.1f, "l2_gbs": %.1f, "memory_gbs": %.1f})"
              "\n",
              threads, kVectorBytes, fma * 1e-9, near * 1e-9, far * 1e-9);
}
