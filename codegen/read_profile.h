// From the counters in an arena to a profile.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "codegen/profile.h"
#include "codegen/profile_table.h"

namespace nnc::codegen {

// The processor's counter against the clock: its rate is the mean since this object was made.
class TickClock {
 public:
  using Function = void (*)(void* now, int64_t, void*);
  explicit TickClock(Function read) : read_(read), ticks_(Now()) {}

  double SecondsPerTick() const;
  int64_t start() const { return ticks_; }

 private:
  using Clock = std::chrono::steady_clock;
  int64_t Now() const;

  Function read_;
  int64_t ticks_;
  Clock::time_point time_ = Clock::now();
};

FunctionProfile ReadProfile(const ProfileTable& table, const std::string& function,
                            const std::vector<KernelSummary>& kernels, const TickClock& clock, const std::byte* arena);

// The row of a function's gathering, in the loops that call it.
std::string GatherSymbol(const std::string& function);

}  // namespace nnc::codegen
