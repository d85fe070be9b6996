// Loops written out, for judges that should not have to know loops.
#pragma once

#include "ir/function.h"

namespace nnc::ir {

// A function with constant lengths with each Scan replaced by copies of its body, one an iteration, and each Part by
// what it takes out. Loops in loops too; arguments and results stay.
Function Unroll(const Function& function);

}  // namespace nnc::ir
