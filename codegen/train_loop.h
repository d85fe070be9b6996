// The native training loop of a LoopSpec.
#pragma once

#include <llvm/IR/Module.h>

#include "codegen/codegen.h"
#include "codegen/target.h"

namespace nnc::codegen {

// Adds `void NAME(ptr state, i64 thread, ptr team)` to the module, NAME being spec.name and `state` a LoopState:
//   at position 0, if `shuffle`: Fisher-Yates over `order` (Knuth, TAOCP 2, 3.4.2, algorithm P), for i from rows-1 down
//   to 1 swapping i with RandomBits(shuffle_key, i) mod (i + 1); then, until `batches` are done or the rows are used
//   up: gather the batch's rows into the arguments, write `step` (where the entry has that argument), call the entry,
//   add scalar results times the batch's rows to `sums`. A batch whose loss is not finite is the last one and stays out
//   of the sums. Where the rows end, `position` is `rows`, also if a partial batch was left out.
// `whole` and `tail` (null: none) are the entries, whose functions of the same names are in the module or declared in
// it. All threads of a team run it.
void EmitTrainLoop(llvm::Module& module, const LoopSpec& spec, const Entry& whole, const Entry* tail,
                   const Target& target, int threads);

}  // namespace nnc::codegen
