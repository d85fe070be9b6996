// What a picture of a function is made of: the parts of the program, sides, and names that stay.
#pragma once

#include <string>
#include <vector>

#include "ir/function.h"

namespace nnc::view {

// Where a value stands: in the graph itself, in that of a gradient, or behind it (an optimizer's update).
enum class Side { kForward, kGradient, kUpdate };

// A model instance or a function that was called, with what it called in turn.
struct Part {
  std::string path;  // "gpt/blocks.0/gelu"; empty for the whole function
  std::string name;  // "gelu"
  int parent = -1;
  std::vector<int> children = {};     // in order of the program
  std::vector<uint32_t> values = {};  // of the part itself, not of its children; both sides
  int size = 0;                       // forward values, with those of its children
  bool model = false;                 // whether it has parameters
};

struct GraphParts {
  std::vector<Part> parts;    // the whole function first, parents before children
  std::vector<int> part_of;   // by value
  std::vector<Side> side_of;  // by value
  // By value: the name that the program gives it, without the number that tells several from each other, "d " before
  // that of a gradient; "" if it has none.
  std::vector<std::string> names;
  // By value: a name that is unique, and that a change elsewhere in the program does not change: the part's path with
  // the value's name or op, numbered within the part. The gradient of a value is "d " and the value's id; what else
  // belongs to a gradient is "d ", the id of its forward value, and its op.
  std::vector<std::string> ids;

  bool Within(int part, int ancestor) const;
};

// The parts that the function's nodes name (ir::Node::part). A call of a function with less than four forward values,
// or of a model with less than two, is none: its values stand in its parent. A parameter stands in the innermost part
// that its path names and that reads it; a value of a gradient stands where its forward value does.
GraphParts PartsOf(const ir::Function& function);

}  // namespace nnc::view
