// A part of a function as a function of its own.
#pragma once

#include <string>
#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// The function that computes `results`, values of `function`: its nodes and arguments that they need, and no others.
ir::Function Extract(const ir::Function& function, std::string name, const std::vector<ir::Result>& results);

}  // namespace nnc::passes
