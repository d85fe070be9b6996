// A function's graph in Graphviz's language.
#pragma once

#include <set>
#include <string>

#include "ir/source.h"
#include "view/graph_boxes.h"

namespace nnc::view {

struct DotOptions {
  const SourceManager* sources = nullptr;  // if given, each box has its place in the source as its tooltip
  bool saved = true;                       // with the edges of Boxes::saved, which do not take part in the layout
};

// The boxes of BoxesOf. Unfolded parts are clusters. The forward graph reads downwards on the left; gradients stand
// on the right, mirrored: each near the line of its forward box, joined to it by a dotted line. Nodes and clusters have
// the ids of GraphParts (a cluster that of its part, with "/" at the end) and say by their class what they are, so that
// styles and scripts find them.
std::string Dot(const ir::Function& function, const GraphParts& parts, const std::set<int>& open,
                const DotOptions& options = {});

// `text` in quotes of DOT; its lines are lines of a label.
std::string DotQuoted(std::string_view text);

}  // namespace nnc::view
