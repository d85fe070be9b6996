// `minimize LOSS over A using o1, over B using o2`: gradients and updates of one training step.
#pragma once

#include <optional>
#include <vector>

#include "frontend/elaborate/optimizer.h"

namespace nnc {

// A minimize line as it was evaluated.
struct MinimizeLine {
  struct Group {
    std::optional<Value> over;
    Value optimizer;
    const ast::MinimizeGroup* node;
  };
  const ast::Minimize* node = nullptr;
  Value loss;  // a float scalar, or poison
  std::vector<Group> groups;
};

// Adds the line's gradients and updates to the step: afterwards, reading a parameter gives its new value. `index` is
// the line's place in the train block, from 0. Of the plan, `clip_norm` (0: no clipping) and `accumulate` count.
void Minimize(Elaborator& elaborator, Frame& frame, StepGraphs& graphs, const MinimizeLine& line, size_t index,
              const TrainPlan& plan);

}  // namespace nnc
