// Pictures of functions in Graphviz's language.
#pragma once

#include <iosfwd>

#include "ir/function.h"

namespace nnc::ir {

struct GraphvizOptions {
  bool types = true;                       // the type on each node
  const SourceManager* sources = nullptr;  // if given, each node has its place in the source as its tooltip
};

// Writes the graph of `function` as DOT: a node for each value, with name, op and type, and an arrow from each operand
// to its user. Arguments are filled, results have a double border and their result's name. The id of a node is its
// value's name, so that a small change of the function is a small change of the text.
//
// Values of a gradient graph stand in a box of their own, each on the line of the forward value it belongs to and
// joined to it by a dotted line: the forward pass reads downwards, the backward pass beside it upwards.
void WriteGraphviz(const Function& function, std::ostream& out, const GraphvizOptions& options = {});

}  // namespace nnc::ir
