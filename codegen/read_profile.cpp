#include "codegen/read_profile.h"

#include <cstring>

namespace nnc::codegen {
namespace {

class CounterReader {
 public:
  CounterReader(const ProfileTable& table, const TickClock& clock, const std::byte* arena)
      : table_(table), arena_(arena), start_(clock.start()), seconds_(clock.SecondsPerTick()) {}

  // On each thread.
  std::vector<Counts> Read(const std::string& symbol) const {
    std::vector<Counts> counts;
    for (int thread = 0; thread < table_.threads(); ++thread) {
      CounterRow row;
      std::memcpy(&row, arena_ + table_.OffsetOf(symbol) + thread * table_.thread_bytes(), sizeof(row));
      counts.push_back({row.calls, Seconds(row.ticks), Seconds(row.begin - start_), Seconds(row.end - start_)});
    }
    return counts;
  }

 private:
  double Seconds(int64_t ticks) const { return static_cast<double>(ticks) * seconds_; }

  const ProfileTable& table_;
  const std::byte* arena_;
  const int64_t start_;
  const double seconds_;  // of a tick
};

}  // namespace

int64_t TickClock::Now() const {
  int64_t now = 0;
  read_(&now, 0, nullptr);
  return now;
}

double TickClock::SecondsPerTick() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - time_).count();
  return seconds / static_cast<double>(Now() - ticks_);
}

FunctionProfile ReadProfile(const ProfileTable& table, const std::string& function,
                            const std::vector<KernelSummary>& kernels, const TickClock& clock, const std::byte* arena) {
  const CounterReader counters(table, clock, arena);
  FunctionProfile profile;
  profile.runs = counters.Read(function);
  profile.gathers = counters.Read(GatherSymbol(function));
  for (const KernelSummary& kernel : kernels) profile.kernels.push_back({kernel, counters.Read(kernel.symbol)});
  return profile;
}

std::string GatherSymbol(const std::string& function) { return function + ".gather"; }

}  // namespace nnc::codegen
