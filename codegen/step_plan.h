// What was decided about a function before code is made, for those that show it: its kernels and its memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codegen/codegen.h"
#include "codegen/kernel_summary.h"

namespace nnc::codegen {

// Bytes of the arena that something has for some kernels.
struct MemoryBlock {
  enum class Kind { kArgument, kResult, kTemporary, kScratch };
  Kind kind = Kind::kTemporary;
  std::string name;  // of the value; of scratch memory, empty
  ir::Type type;     // of the value
  int64_t offset = 0, bytes = 0;
  int first = 0, last = 0;  // kernels that write it first and read it last; arguments and results: all
};

struct StepPlan {
  std::vector<KernelSummary> kernels;  // as `nnc emit kernels`
  int steps = 0;                       // kernels of the function itself, which `first` and `last` count
  int64_t arena_bytes = 0, persistent_bytes = 0;
  std::vector<MemoryBlock> blocks;  // in no order; those of a loop's body are its kernel's scratch memory
};

// Of a function whose dimensions are constant, after passes::Optimize. Throws as Compile does.
StepPlan PlanStep(const ir::Function& function, const Options& options);

}  // namespace nnc::codegen
