// `nnc emit kernels` and `nnc emit memory`.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/codegen.h"
#include "codegen/module.h"
#include "codegen/nest_plan.h"

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

std::string Shape(const Program& program, size_t function, size_t k) {
  const Kernel& kernel = program.schedules[function].kernels[k];
  if (kernel.kind == KernelKind::kMatMul) return program.products[function][k].Describe();
  if (kernel.kind == KernelKind::kScatter || kernel.kind == KernelKind::kCopy) return "";
  const NestPlan nest = PlanNest(program.schedules[function], kernel, program.target);
  if (nest.lanes_axis < 0) return "scalar";
  return fmt::format("{} lanes along {} axis {}", nest.lanes, nest.lanes_reduced ? "folded" : "parallel",
                     nest.lanes_axis);
}

}  // namespace

std::string EmitKernels(const std::vector<const ir::Function*>& functions, const Options& options) {
  const Program program = PlanProgram(functions, options);
  std::string text;
  for (size_t f = 0; f < functions.size(); ++f) {
    const Schedule& schedule = program.schedules[f];
    text += fmt::format("kernels @{}\n", functions[f]->name());
    for (size_t k = 0; k < schedule.kernels.size(); ++k) {
      const Kernel& kernel = schedule.kernels[k];
      text += fmt::format("  {:2} {:7} {} -> {} [{}] {{{}}}{}\n", k, Name(kernel.kind), Space(kernel),
                          Stored(schedule, kernel), Fused(schedule, kernel), Shape(program, f, k),
                          program.split[f][k] ? fmt::format(" on {} threads", options.threads) : "");
    }
  }
  return text;
}

std::string EmitMemory(const std::vector<const ir::Function*>& functions, const Options& options) {
  const Program program = PlanProgram(functions, options);
  std::string text = fmt::format("arena {} bytes, {} of them for arguments and results\n", program.arena.peak_bytes,
                                 program.arena.persistent_bytes);
  for (size_t f = 0; f < functions.size(); ++f) {
    const Schedule& schedule = program.schedules[f];
    text += fmt::format("memory @{}\n", functions[f]->name());
    for (size_t b = 0; b < schedule.buffers.size(); ++b) {
      const Buffer& buffer = schedule.buffers[b];
      const BufferPlan::Place& place = program.arena.functions[f].places[b];
      const std::string life = buffer.kind == Buffer::Kind::kArgument ? "argument"
                               : buffer.kind == Buffer::Kind::kResult
                                   ? "result"
                                   : fmt::format("kernels {} to {}", place.first, place.last);
      text += fmt::format(
          "  {:>8} + {:>8} %{}: {} {}{}\n", place.offset, place.bytes, buffer.name, ir::ToString(buffer.type), life,
          place.shares < 0 ? "" : " in place of %" + schedule.buffers[static_cast<size_t>(place.shares)].name);
    }
    for (size_t k = 0; k < schedule.kernels.size(); ++k) {
      const int64_t bytes = schedule.kernels[k].scratch_bytes;
      if (bytes > 0)
        text += fmt::format("  {:>8} + {:>8} scratch of kernel {}\n", program.arena.functions[f].scratch[k], bytes, k);
    }
  }
  return text;
}

}  // namespace nnc::codegen
