#include "driver/profile_figures.h"

#include <algorithm>
#include <functional>
#include <map>

namespace nnc::driver {
namespace {

double SlowestThread(const std::vector<codegen::Counts>& threads) {
  double seconds = 0;
  for (const codegen::Counts& counts : threads) seconds = std::max(seconds, counts.seconds);
  return seconds;
}

// "12" for "12.0".
std::string LoopAround(const std::string& number) {
  const size_t dot = number.rfind('.');
  return dot == std::string::npos ? "" : number.substr(0, dot);
}

void SubtractBodies(std::vector<KernelFigures>& kernels) {
  std::map<std::string, double> bodies;
  for (const KernelFigures& k : kernels) bodies[LoopAround(k.kernel.number)] += k.seconds;
  for (KernelFigures& k : kernels) {
    const auto body = bodies.find(k.kernel.number);
    if (body != bodies.end()) k.seconds = std::max(0.0, k.seconds - body->second);
  }
}

}  // namespace

ProfileFigures FiguresOf(const std::string& run, const runtime::RunProfile& profile,
                         std::vector<codegen::MachineLimits> limits) {
  ProfileFigures figures;
  figures.run = run;
  figures.batch = profile.batch;
  figures.steps = profile.steps;
  figures.limits = std::move(limits);
  const auto steps = static_cast<double>(profile.steps);
  figures.gather_seconds = SlowestThread(profile.step.gathers) / steps;
  figures.step_seconds = figures.gather_seconds + SlowestThread(profile.step.runs) / steps;
  for (const codegen::KernelProfile& counted : profile.step.kernels) {
    const codegen::KernelSummary& kernel = counted.kernel;
    const codegen::MachineLimits& machine = kernel.threads == 1 ? figures.limits.front() : figures.limits.back();
    figures.kernels.push_back({kernel, SlowestThread(counted.threads) / steps, 0, kernel.calls * kernel.work.flops,
                               kernel.calls * kernel.work.bytes,
                               static_cast<double>(kernel.calls) * machine.LeastSeconds(kernel.work)});
  }
  SubtractBodies(figures.kernels);
  KernelFigures& total = figures.total;
  total.kernel.calls = 0;
  for (const KernelFigures& k : figures.kernels) {
    total.kernel.calls += k.kernel.calls;
    total.seconds += k.seconds;
    total.flops += k.flops;
    total.bytes += k.bytes;
    total.least_seconds += k.least_seconds;
  }
  for (KernelFigures& k : figures.kernels) k.share = total.seconds > 0 ? k.seconds / total.seconds : 0;
  total.share = 1;
  std::ranges::stable_sort(figures.kernels, std::greater<>(), &KernelFigures::seconds);
  return figures;
}

}  // namespace nnc::driver
