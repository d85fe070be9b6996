// `nnc emit kernels` and `nnc emit memory`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "codegen/codegen.h"
#include "codegen/module.h"
#include "codegen/nest_plan.h"
#include "ir/scan.h"

namespace nnc::codegen {
namespace {

// "32x100 over 3": parallel extents, then folded ones.
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

// The ops computed, in order: "matmul add max".
std::string Fused(const Schedule& schedule, const Kernel& kernel) {
  std::vector<std::string_view> names;
  for (ir::Value v : kernel.members) {
    const ir::Node& n = schedule.function->node(v);
    if (!IsRecomputed(*schedule.function, n)) names.push_back(ir::InfoOf(n.op).mnemonic);
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::string Shape(const Schedule& schedule, const KernelPlans& plans, size_t k, const Target& target) {
  const Kernel& kernel = schedule.kernels[k];
  if (kernel.kind == KernelKind::kMatMul) return plans.products[k].Describe();
  if (kernel.kind == KernelKind::kScan) {
    const ir::ScanParts scan = ir::PartsOf(schedule.function->node(kernel.root));
    return fmt::format("{} iterations{}", scan.length.str(), scan.reverse ? ", from the last" : "");
  }
  const bool is_nest =
      kernel.kind == KernelKind::kLoop || kernel.kind == KernelKind::kRow || kernel.kind == KernelKind::kReduce;
  if (!is_nest) return "";
  const NestPlan nest = PlanNest(schedule, kernel, target);
  if (nest.lanes_axis < 0) return "scalar";
  return fmt::format("{} lanes along {} axis {}", nest.lanes, nest.lanes_reduced ? "folded" : "parallel",
                     nest.lanes_axis);
}

// A line for each kernel; those of a loop's body follow the loop, further in.
std::string KernelLines(const Schedule& schedule, const KernelPlans& plans, const Program& program,
                        const std::string& indent) {
  std::string text;
  for (size_t k = 0; k < schedule.kernels.size(); ++k) {
    const Kernel& kernel = schedule.kernels[k];
    text += fmt::format("{}{:2} {:7} {} -> {} [{}] {{{}}}{}\n", indent, k, Name(kernel.kind), Space(kernel),
                        Stored(schedule, kernel), Fused(schedule, kernel), Shape(schedule, plans, k, program.target),
                        plans.split[k] ? fmt::format(" on {} threads", program.options.threads) : "");
    if (kernel.body) text += KernelLines(*kernel.body, plans.bodies[k], program, indent + "  ");
  }
  return text;
}

std::string Life(const Buffer& buffer, const BufferPlan::Place& place) {
  const std::string moves = place.strides.empty() ? "" : fmt::format(" moving by {}", fmt::join(place.strides, ", "));
  if (buffer.kind == Buffer::Kind::kArgument) return "argument" + moves;
  if (buffer.kind == Buffer::Kind::kResult) return "result" + moves;
  return fmt::format("kernels {} to {}", place.first, place.last);
}

// A line for each buffer and each kernel's scratch memory; those of a loop's body follow, further in.
std::string BufferLines(const Schedule& schedule, const BufferPlan& plan, const std::string& indent) {
  std::string text;
  for (size_t b = 0; b < schedule.buffers.size(); ++b) {
    const Buffer& buffer = schedule.buffers[b];
    const BufferPlan::Place& place = plan.places[b];
    text += fmt::format(
        "{}{:>8} + {:>8} %{}: {} {}{}\n", indent, place.offset, place.bytes, buffer.name, ir::ToString(buffer.type),
        Life(buffer, place),
        place.shares < 0 ? "" : " in place of %" + schedule.buffers[static_cast<size_t>(place.shares)].name);
  }
  for (size_t k = 0; k < schedule.kernels.size(); ++k) {
    const Kernel& kernel = schedule.kernels[k];
    if (kernel.scratch_bytes > 0) {
      text += fmt::format("{}{:>8} + {:>8} scratch of kernel {}\n", indent, plan.scratch[k], kernel.scratch_bytes, k);
    }
    if (kernel.body) text += BufferLines(*kernel.body, plan.bodies[k], indent + "  ");
  }
  return text;
}

}  // namespace

std::string EmitKernels(const std::vector<const ir::Function*>& functions, const Options& options) {
  const Program program = PlanProgram(functions, options);
  std::string text;
  for (size_t f = 0; f < functions.size(); ++f) {
    text += fmt::format("kernels @{}\n", functions[f]->name());
    text += KernelLines(program.schedules[f], program.kernels[f], program, "  ");
  }
  return text;
}

std::string EmitMemory(const std::vector<const ir::Function*>& functions, const Options& options) {
  const Program program = PlanProgram(functions, options);
  std::string text = fmt::format("arena {} bytes, {} of them for arguments and results\n", program.arena.peak_bytes,
                                 program.arena.persistent_bytes);
  for (size_t f = 0; f < functions.size(); ++f) {
    text += fmt::format("memory @{}\n", functions[f]->name());
    text += BufferLines(program.schedules[f], program.arena.functions[f], "  ");
  }
  return text;
}

}  // namespace nnc::codegen
