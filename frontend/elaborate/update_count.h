// Which steps update the parameters, and how many updates there were.
#pragma once

#include "frontend/elaborate/elaborator.h"

namespace nnc {

struct UpdateCount {
  Value number;       // of this step's update, or the next one's, from 1, as f32: an optimizer's t
  ir::Value updates;  // a bool scalar: does this step update? Not valid: every step does
};

// With `accumulate` k above 1, every k-th batch of an epoch updates, and so does an epoch's last batch and the run's,
// where fewer are left. So nothing is carried from one epoch to the next.
UpdateCount CountUpdates(Elaborator& elaborator, Frame& frame, Span span, int64_t accumulate);

}  // namespace nnc
