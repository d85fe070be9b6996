// Gives dimension variables their values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ir/function.h"

namespace nnc::ir {

// `function` with every dimension variable in `bindings` replaced, in types and attributes. All types are inferred
// again. Names, spans and origins stay. Throws Failure where a type rule refuses the values, as a slice past the end
// does.
Function Specialize(const Function& function, const std::map<std::string, Dim>& bindings);

// The dimension variables of a function, sorted.
std::vector<std::string> DimensionVariables(const Function& function);

}  // namespace nnc::ir
