// Where, in a step whose results are not finite, the first number that was not arose.
#pragma once

#include <optional>
#include <string>

#include "runtime/blame/pass_of.h"
#include "runtime/blame/step_case.h"
#include "runtime/blame/trace.h"

namespace nnc::runtime {

struct Cause {
  std::string result;  // what it reached: "loss", a metric, "net.fc1.weight"
  double reached = 0;  // and what that became
  Place place;         // where it arose
  Pass pass = Pass::kForward;
  std::optional<Place> spread;  // where an infinite number then became NaN
};

// Runs the step on `values`. nullopt where every result is finite, but for infinities that its arguments had before.
// Several causes: the first in the order of forward pass, backward pass and update, and of the step's nodes.
std::optional<Cause> FindCause(const StepCase& step, Values& values, Tracer& tracer, const Passes& passes);

}  // namespace nnc::runtime
