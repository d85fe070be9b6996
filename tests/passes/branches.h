// Which way a program goes at its kinks and jumps.
#pragma once

#include <map>
#include <vector>

#include "ir/evaluate.h"

namespace nnc::passes {

// A number for each choice on the way: integers and bools, which operand of a maximum won, the sign under an abs, the
// integer a number was rounded to. Between two points with the same choices a program is taken to be smooth.
using Branches = std::vector<double>;

// What stop_gradient gave, by its place: it is a constant to a derivative.
using Stopped = std::map<ir::Value, ir::Tensor>;

// Evaluates a function without loops and appends its choices. What is in `stopped` stays as it is there; what is not is
// put in.
std::vector<ir::Tensor> EvaluateBranches(const ir::Function& function, const std::vector<ir::Tensor>& arguments,
                                         Stopped& stopped, Branches& branches);

}  // namespace nnc::passes
