// What are variables in the notation of lectures, and which functions make and read them.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "view/graph_boxes.h"

namespace nnc::view {

// Values are named by their numbers; a function is a box (see graph_boxes.h). The loss is the first result; a parameter
// is trained if the function has its gradient as result ("d.NAME", as `nnc graph` appends them).
class CourseVariables {
 public:
  CourseVariables(const ir::Function& function, const GraphParts& parts, const Boxes& boxes);

  uint32_t loss() const { return loss_; }
  bool IsTrained(uint32_t v) const { return trained_.contains(v); }
  // Whether v depends on a trained parameter.
  bool IsActive(uint32_t v) const { return active_[v]; }
  // Whether v is forward, depends on an argument, and the loss on it.
  bool IsShown(uint32_t v) const;
  // Whether v, which stands for itself, is its operand with elements moved, copied or converted.
  bool Moves(uint32_t v) const;
  // The variable that v is: before it was moved, and of a folded part's parameters the first.
  uint32_t Source(uint32_t v) const;

  // The values of a box that others read, or the loss; in order.
  const std::set<uint32_t>& Outputs(int box) const { return outputs_[static_cast<size_t>(box)]; }
  // What a box reads, each once; in order of use.
  std::vector<uint32_t> Inputs(int box) const;

 private:
  const Box& BoxOf(uint32_t v) const { return boxes_.boxes[static_cast<size_t>(boxes_.box_of[v])]; }
  bool HasGradient(uint32_t v) const;
  void FindOutputs();
  // Whether a box does not make v but reads it.
  bool IsOutside(uint32_t v, int box) const { return boxes_.box_of[v] != box || trained_.contains(v); }

  const ir::Function& function_;
  const GraphParts& parts_;
  const Boxes& boxes_;
  uint32_t loss_;
  std::set<uint32_t> trained_;
  std::vector<bool> known_, active_, needed_;
  std::vector<std::set<uint32_t>> outputs_;  // by box
};

}  // namespace nnc::view
