// A function in the notation of lectures: variables and functions forward, the chain rule backward.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "view/graph_boxes.h"

namespace nnc::view {

enum class CourseKind {
  kObserved,    // a variable that data gives
  kParameter,   // a variable that training changes
  kComputed,    // a variable that a function gives
  kFunction,    // a value's op, or a folded part
  kCost,        // a function that gives the loss, or a term of it
  kOne,         // the derivative of the cost by itself
  kGradient,    // of the cost by a variable
  kDerivative,  // of a function's result by one of its inputs
  kProduct,     // of a gradient with a derivative
  kSum,         // of the gradients that reach a variable by several ways
};

struct CourseNode {
  CourseKind kind{};
  std::string id, label;
  int part = 0;        // the unfolded part that it stands in
  int beside = -1;     // backward: the forward node on whose line it stands
  uint32_t value = 0;  // the forward value that it is about
  bool folded = false;
  bool backward() const { return kind >= CourseKind::kOne; }
};

struct CourseGraph {
  std::vector<CourseNode> nodes;
  std::vector<std::pair<int, int>> edges;
};

// The graph of the first result with `open` parts unfolded. What only moves elements is left out, and so is what does
// not depend on an argument. Where the function has gradients as results ("d.NAME", as `nnc graph` appends them), the
// backward graph leads from 1 through a product with each function's derivative to the gradient of each NAME.
CourseGraph CourseGraphOf(const ir::Function& function, const GraphParts& parts, const std::set<int>& open);

}  // namespace nnc::view
