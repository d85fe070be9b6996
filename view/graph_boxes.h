// What is seen of a graph with some parts unfolded: a box for each value in them, and for each folded part.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "view/graph_parts.h"

namespace nnc::view {

// A value, or all of one side of a folded part.
struct Box {
  std::string id;
  Side side = Side::kForward;
  int part = 0;                  // the unfolded part that it stands in
  int folded = -1;               // the part that it stands for; -1: a value
  std::vector<uint32_t> values;  // one, or all of the folded part's side
};

struct Boxes {
  std::vector<Box> boxes;
  std::vector<int> box_of;                 // by value
  std::vector<std::pair<int, int>> edges;  // from operand to user, each once, in order, but those of `saved`
  std::vector<std::pair<int, int>> saved;  // the same for what the gradient reads of the forward graph
  std::vector<std::pair<int, int>> links;  // from a forward box to that of its gradient
};

// `open` holds the unfolded parts, with the whole function.
Boxes BoxesOf(const ir::Function& function, const GraphParts& parts, const std::set<int>& open);

// How many forward values and folded parts are seen with `open` unfolded.
int Shown(const GraphParts& parts, const std::set<int>& open);

// `part` and what it is within.
std::set<int> PathTo(const GraphParts& parts, int part);

// As many parts as can be unfolded, outermost and smallest first, so that no more than `most` forward values and parts
// are seen; if asked, only parts that have parameters.
std::set<int> Unfolded(const GraphParts& parts, int most, bool only_models = false);

}  // namespace nnc::view
