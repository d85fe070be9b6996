// `nnc emit kernels` and `nnc emit memory`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "codegen/codegen.h"
#include "codegen/kernel_summary.h"
#include "codegen/module.h"

namespace nnc::codegen {
namespace {

// A line for each kernel; those of a loop's body follow the loop, further in.
std::string KernelLine(const KernelSummary& kernel, const SourceManager& sources) {
  const auto loops = static_cast<size_t>(std::ranges::count(kernel.number, '.'));
  const std::string lines = SourceLines(kernel, sources);
  return fmt::format("{}{:>2} {:7} {} -> {} [{}] {{{}}} on {} thread{}{}\n", std::string(2 + 2 * loops, ' '),
                     kernel.number, kernel.kind, kernel.space, kernel.stored, kernel.fused, kernel.shape,
                     kernel.threads, kernel.threads == 1 ? "" : "s", lines.empty() ? "" : " at " + lines);
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

std::string EmitKernels(const std::vector<const ir::Function*>& functions, const Options& options,
                        const SourceManager& sources) {
  const Program program = PlanProgram(functions, options);
  std::string text;
  for (size_t f = 0; f < functions.size(); ++f) {
    text += fmt::format("kernels @{}\n", functions[f]->name());
    for (const KernelSummary& kernel : Summarize(program, f)) text += KernelLine(kernel, sources);
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
