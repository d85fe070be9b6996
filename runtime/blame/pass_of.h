// To which part of a training step a node belongs.
#pragma once

#include <vector>

#include "ir/function.h"
#include "runtime/blame/trace.h"

namespace nnc::runtime {

enum class Pass { kForward, kBackward, kUpdate };

class Passes {
 public:
  // Results that are no argument's new value are the loss and the metrics.
  explicit Passes(const ir::Function& step);

  // Backward: it has an origin. Forward: a figure, or what a gradient was asked of, is computed from it. What is left
  // has lost its origin to simplification or is of an optimizer: it shares its place in the source with the forward
  // pass, and then is backward where it depends on a gradient, or it is of the update.
  Pass Of(ir::Value value) const;
  // Of a place in a loop, what the outermost loop is of.
  Pass Of(const Place& place) const { return Of(place.loops.empty() ? place.value : place.loops.front().scan); }

 private:
  bool SharesPlace(const Span& span) const;

  const ir::Function& step_;
  std::vector<bool> forward_, after_gradients_;
};

}  // namespace nnc::runtime
