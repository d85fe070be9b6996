// The largest error of each elementary function over all 2^32 arguments of an f32:
//   nnc_check_vector_math [--threads N] [FUNCTION ...]
// The C library's f64 functions judge. Exits with 1 where a function is beyond its bound. What is promised of denormal
// numbers stands in docs/performance.md: arguments count as zero, and results may be zero.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <thread>

#include "bench/elementary_functions.h"

namespace nnc::bench {
namespace {

constexpr float kSmallestNormal = std::numeric_limits<float>::min();
constexpr uint64_t kBlock = 1 << 13;
constexpr double kWrong = 1e9;  // the error of what is not the limit: NaN, infinity or zero

// The error of `y`, which is not the nearest number to `exact`, in units of the last place of `exact`.
double Ulps(float y, double exact) {
  if (std::isnan(y) || std::isnan(exact)) return kWrong;
  const double size = std::abs(exact);
  if (size < kSmallestNormal) return std::abs(y) <= kSmallestNormal ? 0 : kWrong;
  if (std::isinf(exact)) return kWrong;
  if (std::isinf(y)) return size > std::numeric_limits<float>::max() ? 1 : kWrong;
  // 2^(e - 23) for size in [2^e, 2^(e+1))
  const uint64_t exponent = std::bit_cast<uint64_t>(size) >> 52;
  return std::abs(y - exact) / std::bit_cast<double>((exponent - 23) << 52);
}

struct Worst {
  double ulps = 0.5;
  float x = 0, y = 0;

  void Add(const Worst& other) {
    if (other.ulps > ulps) *this = other;
  }
};

Worst WorstIn(const ElementaryFunction& function, uint64_t first_block, uint64_t blocks) {
  Compiled compiled(function, kBlock);
  const std::span<float> arguments = compiled.x();
  const std::span<const float> results = compiled.y();
  Worst worst;
  for (uint64_t block = first_block; block < first_block + blocks; ++block) {
    for (uint64_t i = 0; i < kBlock; ++i) {
      arguments[i] = std::bit_cast<float>(static_cast<uint32_t>(block * kBlock + i));
    }
    compiled.Run();
    for (uint64_t i = 0; i < kBlock; ++i) {
      const float x = arguments[i], y = results[i];
      const double normal = std::abs(x) < kSmallestNormal ? std::copysign(0.0, x) : x;
      const double argument = std::clamp(normal, function.low, function.high);
      const double exact = function.exact(argument);
      if (y == static_cast<float>(exact) || (std::isnan(y) && std::isnan(exact))) continue;
      if (y == 0 && function.factor != nullptr && std::abs(function.factor(argument)) < kSmallestNormal) continue;
      worst.Add({Ulps(y, exact), x, y});
    }
  }
  return worst;
}

Worst WorstOf(const ElementaryFunction& function, uint64_t threads) {
  constexpr uint64_t kBlocks = (uint64_t{1} << 32) / kBlock;
  std::vector<Worst> parts(threads);
  std::vector<std::thread> team;
  for (uint64_t i = 0; i < threads; ++i) {
    const uint64_t begin = kBlocks * i / threads, end = kBlocks * (i + 1) / threads;
    team.emplace_back([&, i, begin, end] { parts[i] = WorstIn(function, begin, end - begin); });
  }
  for (std::thread& thread : team) thread.join();
  Worst worst;
  for (const Worst& part : parts) worst.Add(part);
  return worst;
}

bool Check(const ElementaryFunction& function, uint64_t threads) {
  const Worst worst = WorstOf(function, threads);
  const bool good = worst.ulps <= function.ulps;
  fmt::print("{:<10} {:>6.2f} ULP at {:>15.9g} ({:#010x}), which gives {:.9g}; bound {:.2f}{}\n", function.name,
             worst.ulps, worst.x, std::bit_cast<uint32_t>(worst.x), worst.y, function.ulps, good ? "" : "  EXCEEDED");
  std::fflush(stdout);
  return good;
}

int CheckAll(int count, char** arguments) {
  CLI::App app("The largest error of each elementary function over all f32 arguments");
  uint64_t threads = 1;
  std::vector<std::string> names;
  app.add_option("--threads", threads, "threads that check")->check(CLI::Range(1, 1024));
  app.add_option("function", names, "those to check; default: all");
  CLI11_PARSE(app, count, arguments);
  bool good = true;
  for (const ElementaryFunction& function : ElementaryFunctions()) {
    if (names.empty() || std::ranges::count(names, function.name) > 0) good = Check(function, threads) && good;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace nnc::bench

int main(int count, char** arguments) {
  try {
    return nnc::bench::CheckAll(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
