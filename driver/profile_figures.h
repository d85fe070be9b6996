// What a profile says: where the time of a step goes, held against what the machine can do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codegen/machine_limits.h"
#include "runtime/profile.h"

namespace nnc::driver {

// All numbers are those of one step, the mean of all that were counted.
struct KernelFigures {
  codegen::KernelSummary kernel;
  double seconds = 0;  // of its slowest thread; of a loop, what the kernels of its body leave
  double share = 0;    // of the time of all kernels
  int64_t flops = 0, bytes = 0;
  double least_seconds = 0;  // by the roofline

  double Roofline() const { return seconds > 0 ? least_seconds / seconds : 0; }
};

struct ProfileFigures {
  std::string run;
  int64_t batch = 0, steps = 0;
  std::vector<codegen::MachineLimits> limits;  // of one thread, then of as many as there are
  double step_seconds = 0;                     // with gathering
  double gather_seconds = 0;                   // the batch
  std::vector<KernelFigures> kernels;          // the longest first
  KernelFigures total;

  // Calls, and where threads wait for each other.
  double BetweenSeconds() const { return step_seconds - gather_seconds - total.seconds; }
};

ProfileFigures FiguresOf(const std::string& run, const runtime::RunProfile& profile,
                         std::vector<codegen::MachineLimits> limits);

// Tables for people, and the same as JSON lines.
std::string ProfileText(const ProfileFigures& figures, const SourceManager& sources);
std::string ProfileJson(const ProfileFigures& figures, const SourceManager& sources);

// The last step in the Trace Event Format (Google, "Trace Event Format", 2016), as chrome://tracing and Perfetto read
// it: a complete event for each kernel, on a row for each thread. Of a loop's body it is the last iteration.
std::string ChromeTrace(const std::string& run, const runtime::RunProfile& profile, const SourceManager& sources);

}  // namespace nnc::driver
