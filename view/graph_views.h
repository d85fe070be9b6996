// Which pictures a page holds, so that parts can be folded and unfolded without laying out again.
#pragma once

#include <set>
#include <vector>

#include "view/graph_parts.h"

namespace nnc::view {

// The unfolded parts of each view: `start`; nothing; everything, where that is at most `most_at_once` forward boxes;
// then what is a few folds and unfolds away from `start`, and from nothing, as long as the squares of the numbers of
// boxes, which is how long they take to lay out, sum up to about `most`; and at last, where none of them unfolds a part
// or shows it folded, that part, or what it is in, with all around it.
std::vector<std::set<int>> ViewsOf(const GraphParts& parts, const std::set<int>& start, int most_at_once, int most);

}  // namespace nnc::view
