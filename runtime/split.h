// Cuts the rows of a data block into its parts.
#pragma once

#include <vector>

#include "frontend/frontend.h"
#include "runtime/dataset.h"

namespace nnc::runtime {

// Shuffles 0..rows-1 by the plan's seed (unless `shuffle` is false) and cuts them in the order of the parts. A fraction
// ends at the rounded sum of the sizes so far, so that fractions that add up to 1 use every row. Without parts: one
// split without a name. Throws Failure BadSplit where a part is empty or the rows do not suffice.
std::vector<Split> SplitRows(const DataPlan& plan, int64_t rows);

}  // namespace nnc::runtime
