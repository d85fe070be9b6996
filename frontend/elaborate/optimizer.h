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
  Value count;         // t: the number of this update from 1, as f32
  std::string prefix;  // of the names of states
  ir::Value when;      // a bool scalar: is this step an update? Not valid: every one is
};

// A value that lives from step to step beside the parameters: argument and result of the step, with its initial value
// in `graphs.init`. Gives what it was before the step.
ir::Value AddState(StepGraphs& graphs, const Parameter& state, ir::Value initial);

// The parameter's new value; poison after an error. States that `update` reads or sets become arguments and results of
// the step named PREFIX.PARAMETER.STATE, with initial values in `graphs.init`.
Value UpdateParameter(Elaborator& elaborator, Frame& frame, StepGraphs& graphs, const UpdateRequest& request);

}  // namespace nnc
