#include "tests/random/legs.h"

#include <fmt/format.h>

#include "passes/pipeline.h"

namespace nnc::battery {

namespace {

constexpr int kLevels = 4, kUsualLevel = 2;

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

Leg LegOf(std::string_view without, int level, std::string target, int threads) {
  Leg leg;
  leg.without = without;
  leg.options.optimization = level;
  leg.options.target_cpu = std::move(target);
  leg.options.threads = threads;
  leg.options.worth_splitting = 0;
  leg.name = fmt::format("level {}, {}, {} thread{}", level,
                         leg.options.target_cpu.empty() ? "host" : leg.options.target_cpu, threads,
                         threads == 1 ? "" : "s");
  if (!without.empty()) leg.name += fmt::format(", without {}", without);
  return leg;
}

}  // namespace

std::vector<Leg> Legs(uint64_t turn) {
  std::vector<Leg> legs = {LegOf("", kUsualLevel, "", 1), LegOf("", kUsualLevel, "", 2)};
  for (int level = 0; level < kLevels; ++level) {
    if (level != kUsualLevel) legs.push_back(LegOf("", level, "", 1));
  }
  for (size_t i = 1; i < legs.size(); ++i) legs[i].same_bits = true;
  std::vector<std::string> targets = Targets();
  for (size_t i = 0; i < targets.size(); ++i) {
    legs.push_back(LegOf("", kUsualLevel, targets[i], static_cast<int>((turn + i) % 2 + 1)));
  }
  targets.emplace_back();  // the host
  uint64_t choice = turn;
  for (std::string_view pass : passes::PassNames()) {
    // The lower levels take less time, and what passes leave has been seen at the others.
    legs.push_back(LegOf(pass, static_cast<int>(choice % 2), targets[choice % targets.size()],
                         static_cast<int>(choice / 2 % 2) + 1));
    ++choice;
  }
  return legs;
}

}  // namespace nnc::battery
