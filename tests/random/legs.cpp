#include "tests/random/legs.h"

#include <fmt/format.h>

#include "passes/pipeline.h"

namespace nnc::battery {

namespace {

constexpr int kUsualLevel = 2, kOtherLevels[] = {0, 1, 3};

// Processor names for the instruction sets that this machine can run.
std::vector<std::string> Targets() {
  std::vector<std::string> targets;
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) targets.emplace_back("haswell");
  bool wide = __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
  if (wide) targets.emplace_back("skylake-avx512");
#endif
  return targets;
}

Leg LegOf(std::string_view without, int level, std::string target, int threads, bool check_bounds = false) {
  Leg leg;
  leg.without = without;
  leg.options.optimization = level;
  leg.options.target_cpu = std::move(target);
  leg.options.threads = threads;
  leg.options.worth_splitting = 0;
  leg.options.check_bounds = check_bounds;
  leg.name =
      fmt::format("level {}, {}, {} thread{}", level, leg.options.target_cpu.empty() ? "host" : leg.options.target_cpu,
                  threads, threads == 1 ? "" : "s");
  if (check_bounds) leg.name += ", accesses checked";
  if (!without.empty()) leg.name += fmt::format(", without {}", without);
  return leg;
}

}  // namespace

std::vector<Leg> Legs(uint64_t turn) {
  std::vector<Leg> legs = {LegOf("", kUsualLevel, "", 1), LegOf("", kUsualLevel, "", 2)};
  std::vector<std::string> targets = Targets();
  for (size_t i = 0; i < std::size(kOtherLevels); ++i) {
    std::string target = i < targets.size() ? targets[i] : "";
    int threads = target.empty() ? 1 : static_cast<int>(turn / 3 % 2) + 1;
    legs.push_back(LegOf("", kOtherLevels[(turn + i) % std::size(kOtherLevels)], target, threads));
  }
  for (size_t i = 1; i < legs.size(); ++i) legs[i].same_bits = legs[i].options.target_cpu.empty();
  targets.emplace_back();  // the host
  uint64_t choice = turn;
  for (std::string_view pass : passes::PassNames()) {
    // The lower levels take less time, and what passes leave has been seen at the others.
    legs.push_back(LegOf(pass, static_cast<int>(choice % 2), targets[choice % targets.size()],
                         static_cast<int>(choice / 2 % 2) + 1, /*check_bounds=*/choice % 7 == 0));
    ++choice;
  }
  return legs;
}

}  // namespace nnc::battery
