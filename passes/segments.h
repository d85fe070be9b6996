// The forward pass cut into segments where little is handed on.
#pragma once

#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// For each forward value, the number of its segment, from 0; `count` segments or fewer. They have about the same bytes
// of values each; within half a segment of an equal share a cut falls where the values that lead across it are fewest
// bytes: between the layers of a network.
std::vector<int> SegmentsOf(const ir::Function& function, const std::vector<bool>& forward, int count);

// For each forward value, the last segment that a forward value reads it in, at once or through views; its own where
// none does.
std::vector<int> LastUseIn(const ir::Function& function, const std::vector<bool>& forward,
                           const std::vector<int>& segment);

}  // namespace nnc::passes
