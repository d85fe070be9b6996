// From a planned program to object files, on all cores.
#pragma once

#include <vector>

#include "codegen/codegen.h"
#include "codegen/jit.h"
#include "codegen/module.h"

namespace nnc::codegen {

// The entries and loops in one object file, kernels in others of about equal size. What they hold does not depend on
// the number of cores that compile them. Throws Failure (Internal).
std::vector<ObjectCode> CompileObjects(const Program& program, const std::vector<LoopSpec>& loops);

}  // namespace nnc::codegen
