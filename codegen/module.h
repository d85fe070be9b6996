// A set of functions as LLVM modules: code for each distinct kernel, and an entry for each function, which calls its
// kernels in order.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "codegen/buffers.h"
#include "codegen/codegen.h"
#include "codegen/jit.h"
#include "codegen/kernel_code.h"
#include "codegen/matmul.h"
#include "codegen/profile_table.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

// How the kernels of one schedule are run.
struct KernelPlans {
  std::vector<MatmulPlan> products;  // for each kernel; used where it is a product
  std::vector<bool> split;           // for each kernel: over all threads, else thread 0 runs it
  std::vector<KernelPlans> bodies;   // for each kernel; of a loop's body
};

// Whether all threads run a kernel of them.
bool AnySplit(const KernelPlans& plans);

// Everything decided about a set of functions before code is made.
struct Program {
  Target target;
  Options options;                     // as given, but for `threads`: 1 where no kernel is worth sharing
  std::deque<ir::Function> functions;  // after Rematerialise; the schedules point to them
  std::vector<Schedule> schedules;     // one for each function
  std::vector<KernelPlans> kernels;    // of each schedule
  ProfileTable profile;                // without rows unless Options::profile
  ArenaPlan arena;
  std::vector<Entry> entries;
};

// Throws Failure OutOfMemory where the arena cannot be as small as Options::max_memory (passes/rematerialise.h).
Program PlanProgram(const std::vector<const ir::Function*>& functions, const Options& options);

// Adds `void NAME(ptr arena, i64 thread, ptr team)` for each function, and the loops, to the module. Returns the
// kernels that they call, for EmitKernels.
KernelCodes EmitEntries(llvm::Module& module, const Program& program, const std::vector<LoopSpec>& loops);
// Adds the code of kernels.
void EmitKernels(llvm::Module& module, const Program& program, std::span<const KernelCodes::Code> codes);

}  // namespace nnc::codegen
