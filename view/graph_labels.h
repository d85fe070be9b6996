// What boxes of a picture say.
#pragma once

#include <string>
#include <vector>

#include "view/graph_boxes.h"

namespace nnc::view {

// The multiply-adds of contractions among the values, two flops each: "393 kflop", "24576*B flop"; "" if there are
// none.
std::string FlopsText(const ir::Function& function, const std::vector<uint32_t>& values);

// A value: name, op with attributes, type, flops, names of results. A folded part: its name, how many values it has,
// flops.
std::vector<std::string> LabelOf(const ir::Function& function, const GraphParts& parts, const Box& box);

}  // namespace nnc::view
