// The body of a loop: cut out of the graph in which it was elaborated.
#pragma once

#include <vector>

#include "frontend/elaborate/graph.h"

namespace nnc {

struct LoopBody {
  ir::Function function;
  std::vector<ir::Value> captures;  // values of the graph that the last arguments stand for
};

// The function of `inputs`, placeholders of the graph, and of captured values that gives `results`. The first `carries`
// of both are values before and after an iteration.
//
// A body is elaborated in the graph around it, on placeholders, so what it captures needs no care. What is computed
// from a placeholder goes inside; the rest is computed once, before the loop. A derivative that is taken inside needs
// the whole way from what it is taken by, so that goes inside as well.
LoopBody CutLoopBody(Graph& graph, const std::vector<ir::Value>& inputs, size_t carries,
                     const std::vector<ir::Value>& results);

}  // namespace nnc
