// Two versions of a function, compared by what they compute: `nnc diff`.
#pragma once

#include <vector>

#include "ir/function.h"

namespace nnc::ir {

// The counterpart of each value of the newer version in the older one.
struct Matching {
  std::vector<Value> older;  // by value of the newer version; not valid: it is new
  std::vector<bool> same;    // by value of the newer version: its counterpart is the same op of counterparts
};

// Arguments match by name. Any other value matches one that is the same op, with the same attributes and type, of
// matching operands, so that a renamed value is the same; else one of its own name and op, which then has changed.
// Values match one to one, the first ones first. Linear in the sizes of the functions.
Matching Match(const Function& older, const Function& newer);

// For each value of the older version that has no counterpart: a value of the newer one that computes the same, as
// common subexpressions do; not valid where there is none. Entries of matched values are not valid.
std::vector<Value> Duplicates(const Function& older, const Function& newer, const Matching& matching);

}  // namespace nnc::ir
