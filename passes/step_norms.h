// What a training step does to each parameter, as numbers to look at.
#pragma once

#include <string>
#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// The results of StepNorms are named PARAMETER + one of these.
inline constexpr char kGradientSuffix[] = ".gradient", kUpdateSuffix[] = ".update";

// From a training step, with its requests for derivatives still in it, a function that computes f32 scalars in place of
// new values: for each of `parameters` that the step trains the Euclidean norm of its gradient as the loss gives it,
// before clipping and accumulation, and of its update, the new value less the old one. It has those arguments that it
// needs. Of a parameter that several losses update, the gradient is that of the first.
ir::Function StepNorms(const ir::Function& step, const std::vector<std::string>& parameters);

}  // namespace nnc::passes
