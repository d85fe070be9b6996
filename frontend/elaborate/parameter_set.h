// Sets of parameters: `net.params`, and tensors that belong to them, such as gradients.
#pragma once

#include <string_view>

#include "frontend/elaborate/value.h"

namespace nnc {

// The trained parameters (no buffers) of an instance, a list or tuple of instances, a parameter or a set, as a set;
// poison where `value` holds none.
Value TrainedParameters(const Value& value);

// `[a.params, b.params]`: a list of nothing but sets is their union; another list stays.
Value JoinIfSets(Value list);

// Whether two sets are of the same parameters in the same order.
bool SameParameters(const ParameterSet& a, const ParameterSet& b);

// Whether `name` matches `pattern`, where `*` stands for any characters, dots too.
bool MatchesGlob(std::string_view pattern, std::string_view name);

}  // namespace nnc
