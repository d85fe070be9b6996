// Where a dimension came from, for messages about shapes that do not fit.
#pragma once

#include <string>

#include "frontend/elaborate/graph.h"

namespace nnc {

struct DimOrigin {
  Span span;         // may be unknown
  std::string text;  // "100 is axis 0 of `net.fc1.weight: f32[100, 2]`"
};

// Walks back from axis `axis` of `value` through ops that only hand the dimension on, to the argument or the op that
// set it.
DimOrigin OriginOf(const Graph& graph, ir::Value value, int64_t axis);

}  // namespace nnc
