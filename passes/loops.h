// Simplification of loops.
#pragma once

#include "ir/function.h"

namespace nnc::passes {

// Rewrites each Scan so that its body holds only what must be done in every iteration:
//   - results that nothing reads go, and so do carries that only they need, and operands that the body does not read;
//   - what is computed from captured values alone is computed before the loop. Movements stay inside, where they cost
//     nothing, but for transposes; sources (constants, index ranges) too;
//   - a captured matrix that products read transposed is transposed before the loop;
//   - constants that are captured or scanned become constants of the body; a value captured twice is captured once;
//   - a carry that never changes becomes a captured value; an output that is the slice of what is scanned, or a
//   captured
//     value, is what it is without the loop, and equal outputs are one.
// Bodies inside the body are left to the pipeline. The order of arithmetic does not change.
ir::Function SimplifyLoops(const ir::Function& function);

}  // namespace nnc::passes
