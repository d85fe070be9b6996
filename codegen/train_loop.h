// The native training loop of a LoopSpec.
#pragma once

#include <llvm/IR/Module.h>

#include "codegen/codegen.h"
#include "codegen/profile_table.h"
#include "codegen/target.h"

namespace nnc::codegen {

// Adds `void NAME(ptr state, i64 thread, ptr team)` to the module, NAME being spec.name and `state` a LoopState:
//   until `batches` are done or the rows are used up: gather the batch's rows into the arguments, each field by its own
//   order; write `step` (where the entry has that argument); call the entry; add scalar results times the batch's rows
//   to `sums`. A batch whose loss is not finite is the last one and stays out
//   of the sums. Where the rows end, `position` is `rows`, also if a partial batch was left out.
// `whole` and `tail` (null: a last partial batch is left out) are the entries, whose functions of the same names are in
// the module or declared in it. All threads of a team run it. Gathering is counted in `profile` under the entry's
// GatherSymbol. Where `checked_bytes` is not 0, they are the arena's, and the loop's code checks its accesses.
void EmitTrainLoop(llvm::Module& module, const LoopSpec& spec, const Entry& whole, const Entry* tail,
                   const Target& target, int threads, const ProfileTable& profile = ProfileTable(),
                   int64_t checked_bytes = 0);

}  // namespace nnc::codegen
