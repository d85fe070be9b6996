#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "driver/profile_figures.h"

namespace nnc::driver {
namespace {

using Json = nlohmann::ordered_json;

class Trace {
 public:
  Trace(const runtime::RunProfile& profile, const SourceManager& sources) : step_(profile.step), sources_(sources) {
    start_ = step_.runs.front().begin;
    for (const codegen::Counts& counts : step_.gathers) {
      if (counts.calls > 0) start_ = std::min(start_, counts.begin);
    }
  }

  std::string Text(const std::string& run) {
    for (size_t thread = 0; thread < step_.runs.size(); ++thread) {
      events_.push_back({{"name", "thread_name"},
                         {"ph", "M"},
                         {"pid", 0},
                         {"tid", thread},
                         {"args", {{"name", fmt::format("thread {}", thread)}}}});
      if (step_.gathers[thread].calls > 0) Add("gather", "loop", thread, step_.gathers[thread], Json::object());
      Add(run, "step", thread, step_.runs[thread], Json::object());
      for (const codegen::KernelProfile& kernel : step_.kernels) AddKernel(kernel, thread);
    }
    return Json{{"displayTimeUnit", "ns"}, {"traceEvents", std::move(events_)}}.dump(1) + "\n";
  }

 private:
  // A thread that has no part in a kernel never called it.
  void AddKernel(const codegen::KernelProfile& profile, size_t thread) {
    const codegen::KernelSummary& kernel = profile.kernel;
    if (profile.threads[thread].calls == 0) return;
    Add(fmt::format("{} {}", kernel.number, kernel.fused.empty() ? kernel.kind : kernel.fused), kernel.kind, thread,
        profile.threads[thread],
        {{"source", SourceLines(kernel, sources_)},
         {"space", kernel.space},
         {"shape", kernel.shape},
         {"flops", kernel.work.flops},
         {"bytes", kernel.work.bytes}});
  }

  void Add(const std::string& name, const std::string& category, size_t thread, const codegen::Counts& counts,
           Json arguments) {
    constexpr double kMicroseconds = 1e6;
    events_.push_back({{"name", name},
                       {"cat", category},
                       {"ph", "X"},
                       {"ts", (counts.begin - start_) * kMicroseconds},
                       {"dur", (counts.end - counts.begin) * kMicroseconds},
                       {"pid", 0},
                       {"tid", thread},
                       {"args", std::move(arguments)}});
  }

  const codegen::FunctionProfile& step_;
  const SourceManager& sources_;
  double start_ = 0;
  Json events_ = Json::array();
};

}  // namespace

std::string ChromeTrace(const std::string& run, const runtime::RunProfile& profile, const SourceManager& sources) {
  return Trace(profile, sources).Text(run);
}

}  // namespace nnc::driver
