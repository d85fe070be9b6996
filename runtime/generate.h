// Rows made by formula.
#pragma once

#include <vector>

#include "codegen/codegen.h"
#include "frontend/frontend.h"
#include "runtime/backend.h"
#include "runtime/dataset.h"

namespace nnc::runtime {

// Runs the plan's generate function for each row `first`..`last`-1 with the plan's seed, and checks what it gives as
// file rows are checked, placed at "NAME:row:column".
std::vector<Column> GenerateColumns(const Program& program, const DataPlan& plan, Backend backend,
                                    const codegen::Options& options);

}  // namespace nnc::runtime
