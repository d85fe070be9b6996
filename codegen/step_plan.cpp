#include "codegen/step_plan.h"

#include "codegen/module.h"

namespace nnc::codegen {
namespace {

MemoryBlock::Kind KindOf(const Buffer& buffer) {
  switch (buffer.kind) {
    case Buffer::Kind::kArgument:
      return MemoryBlock::Kind::kArgument;
    case Buffer::Kind::kResult:
      return MemoryBlock::Kind::kResult;
    case Buffer::Kind::kTemporary:
      break;
  }
  return MemoryBlock::Kind::kTemporary;
}

std::vector<MemoryBlock> BlocksOf(const Schedule& schedule, const BufferPlan& plan) {
  const int last_kernel = static_cast<int>(schedule.kernels.size()) - 1;
  std::vector<MemoryBlock> blocks;
  for (size_t b = 0; b < schedule.buffers.size(); ++b) {
    const Buffer& buffer = schedule.buffers[b];
    const BufferPlan::Place& place = plan.places[b];
    const bool lasting = buffer.kind != Buffer::Kind::kTemporary;
    blocks.push_back({KindOf(buffer), buffer.name, buffer.type, place.offset, place.bytes, lasting ? 0 : place.first,
                      lasting ? last_kernel : place.last});
  }
  for (int k = 0; k <= last_kernel; ++k) {
    const auto kernel = static_cast<size_t>(k);
    const int64_t bytes = schedule.kernels[kernel].scratch_bytes;
    if (bytes > 0) blocks.push_back({MemoryBlock::Kind::kScratch, "", {}, plan.scratch[kernel], bytes, k, k});
  }
  return blocks;
}

}  // namespace

StepPlan PlanStep(const ir::Function& function, const Options& options) {
  const Program program = PlanProgram({&function}, options);
  return {.kernels = Summarize(program, 0),
          .steps = static_cast<int>(program.schedules[0].kernels.size()),
          .arena_bytes = program.arena.peak_bytes,
          .persistent_bytes = program.arena.persistent_bytes,
          .blocks = BlocksOf(program.schedules[0], program.arena.functions[0])};
}

}  // namespace nnc::codegen
