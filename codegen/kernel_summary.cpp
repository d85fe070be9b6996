#include "codegen/kernel_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "codegen/module.h"
#include "codegen/nest_plan.h"
#include "ir/scan.h"

namespace nnc::codegen {
namespace {

std::string Space(const Kernel& kernel) {
  std::string text;
  for (bool reduced : {false, true}) {
    std::string part;
    for (const Axis& axis : kernel.axes) {
      if (axis.reduced == reduced) part += fmt::format("{}{}", part.empty() ? "" : "x", axis.extent);
    }
    if (reduced && !part.empty()) text += " over " + part;
    if (!reduced) text = part.empty() ? "1" : part;
  }
  return text;
}

std::string Stored(const Schedule& schedule, const Kernel& kernel) {
  std::vector<std::string> names;
  for (const Store& store : kernel.stores)
    names.push_back("%" + schedule.buffers[static_cast<size_t>(store.buffer)].name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string NestShape(const Schedule& schedule, const Kernel& kernel, const Target& target) {
  const NestPlan nest = PlanNest(schedule, kernel, target);
  if (nest.lanes_axis < 0) return "scalar";
  return fmt::format("{} lanes along {} axis {}", nest.lanes, nest.lanes_reduced ? "folded" : "parallel",
                     nest.lanes_axis);
}

std::string Shape(const Schedule& schedule, const KernelPlans& plans, size_t k, const Target& target) {
  const Kernel& kernel = schedule.kernels[k];
  switch (kernel.kind) {
    case KernelKind::kLoop:
    case KernelKind::kRow:
    case KernelKind::kReduce:
      return NestShape(schedule, kernel, target);
    case KernelKind::kMatMul:
      return fmt::format("{}, {} lanes", plans.products[k].Describe(), plans.products[k].lanes);
    case KernelKind::kScatter:
      return "a row at a time";
    case KernelKind::kLine:
      return "each line by itself";
    case KernelKind::kCopy:
      return "memcpy";
    case KernelKind::kScan:
      break;
  }
  const ir::ScanParts scan = ir::PartsOf(schedule.function->node(kernel.root));
  return fmt::format("{} iterations{}", scan.length.str(), scan.reverse ? ", from the last" : "");
}

class Summarizer {
 public:
  explicit Summarizer(const Program& program) : program_(program) {}

  // `calls` of the schedule in one run of the function; `prefix` is of its kernels' numbers.
  void Add(const Schedule& schedule, const KernelPlans& plans, const std::string& prefix, int64_t calls) {
    for (size_t k = 0; k < schedule.kernels.size(); ++k) {
      const Kernel& kernel = schedule.kernels[k];
      const std::string number = prefix + std::to_string(k);
      summaries_.push_back(SummaryOf(schedule, plans, k));
      summaries_.back().number = number;
      summaries_.back().calls = calls;
      if (!kernel.body) continue;
      const int64_t length = ir::PartsOf(schedule.function->node(kernel.root)).length.value();
      Add(*kernel.body, plans.bodies[k], number + ".", calls * length);
    }
  }

  std::vector<KernelSummary> Take(const std::string& function) {
    for (KernelSummary& summary : summaries_) summary.symbol = function + "." + summary.number;
    return std::move(summaries_);
  }

 private:
  KernelSummary SummaryOf(const Schedule& schedule, const KernelPlans& plans, size_t k) const {
    const Kernel& kernel = schedule.kernels[k];
    KernelSummary summary;
    summary.kind = Name(kernel.kind);
    summary.space = Space(kernel);
    summary.stored = Stored(schedule, kernel);
    summary.shape = Shape(schedule, plans, k, program_.target);
    summary.threads = plans.split[k] ? program_.options.threads : 1;
    summary.work = WorkOf(schedule, kernel);
    AddOps(*schedule.function, kernel, summary);
    return summary;
  }

  // What is free is named only where there is nothing else: a transpose that is stored.
  static void AddOps(const ir::Function& function, const Kernel& kernel, KernelSummary& summary) {
    const auto is_free = [&](ir::Value v) { return IsRecomputed(function, function.node(v)); };
    const bool all_free = std::ranges::all_of(kernel.members, is_free);
    for (ir::Value v : kernel.members) {
      if (is_free(v) && !all_free) continue;
      const ir::Node& n = function.node(v);
      summary.fused += fmt::format("{}{}", summary.fused.empty() ? "" : " ", ir::InfoOf(n.op).mnemonic);
      summary.spans.push_back(n.span);
    }
  }

  const Program& program_;
  std::vector<KernelSummary> summaries_;
};

}  // namespace

std::string SourceLines(const KernelSummary& kernel, const SourceManager& sources) {
  std::map<uint32_t, std::set<uint32_t>> lines;  // by file
  for (const Span& span : kernel.spans) {
    if (span.known()) lines[span.file].insert(span.line);
  }
  std::string text;
  for (const auto& [file, numbers] : lines) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", sources.file(file).path, fmt::join(numbers, ","));
  }
  return text;
}

std::vector<KernelSummary> Summarize(const Program& program, size_t function) {
  Summarizer summarizer(program);
  summarizer.Add(program.schedules[function], program.kernels[function], "", 1);
  return summarizer.Take(program.schedules[function].function->name());
}

}  // namespace nnc::codegen
