// Every pass, and the order they run in. A pass is a free function from IR to IR; each header says exactly what it
// does.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// Called after each pass with its name and result, for printing and verifying.
using Observer = std::function<void(std::string_view pass, const ir::Function&)>;

// Replaces every request for a derivative (Vjp, Jacobian) by the graph that computes it, and every CustomVjp node by
// its value: `nnc emit grad` prints this. What nothing needs then is left out. Verifies after.
ir::Function ExpandGradients(const ir::Function& function, const Observer& observe = nullptr);

// ExpandGradients, then fold, simplify, CSE, DCE and loops to a fixed point, in bodies too: `nnc emit opt` prints this.
// Verifies the result; where it is broken, or `observe` is given, after each pass, so that the failure names it. The
// pass named `without` is left out, for tests: no pass may be needed for the result to be right.
ir::Function Optimize(const ir::Function& function, const Observer& observe = nullptr, std::string_view without = "");

// The names of the passes that Optimize repeats.
std::vector<std::string_view> PassNames();

}  // namespace nnc::passes
