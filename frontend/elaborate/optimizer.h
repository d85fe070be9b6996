// An optimizer's update of one parameter, elaborated from its .nn code.
#pragma once

#include <string>
#include <vector>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

// The functions that training works with while they are built: one step, and the initial values.
struct StepGraphs {
  Graph& step;
  Graph& init;
  std::vector<Parameter> states;  // optimizer states so far, in order
};

struct UpdateRequest {
  const OptimizerValue& optimizer;
  ParameterPtr parameter;
  ir::Value gradient;
  Value count;         // t: the number of this step from 1, as f32
  std::string prefix;  // of the names of states
};

// The parameter's new value; poison after an error. States that `update` reads or sets become arguments and results of
// the step named PREFIX.PARAMETER.STATE, with initial values in `graphs.init`.
Value UpdateParameter(Elaborator& elaborator, Frame& frame, StepGraphs& graphs, const UpdateRequest& request);

}  // namespace nnc
