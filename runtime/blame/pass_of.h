// To which part of a training step a node belongs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ir/function.h"
#include "runtime/blame/trace.h"

namespace nnc::runtime {

enum class Pass { kForward, kBackward, kUpdate };

class Passes {
 public:
  // Results that are no argument's new value are the loss and the metrics.
  explicit Passes(const ir::Function& step);

  // Forward: a figure is computed from it. Backward: it has an origin; or, where simplification has taken that away, it
  // has its place in the source in common with a node of the forward pass. Update: everything else.
  Pass Of(ir::Value value) const;
  // Of a place in a loop, what the outermost loop is of.
  Pass Of(const Place& place) const { return Of(place.loops.empty() ? place.value : place.loops.front().scan); }

 private:
  const ir::Function& step_;
  std::vector<bool> forward_;
};

}  // namespace nnc::runtime
