// Many values at once for one value of a function.
#pragma once

#include <vector>

#include "ir/builder.h"

namespace nnc::passes {

// Appends what `to` would be for each row of `with` in place of `from`: `with` has the type of `from` with one more
// axis in front, and so have the results. A node is copied once for all rows, so that a product of a matrix with each
// of n vectors becomes one product of matrices. Nodes that do not depend on `from` are not copied; a result that does
// not is broadcast.
//
// The rules are those of vmap (Bradbury et al., JAX, 2018): elementwise ops, reductions and movements see one more
// axis; rules.h has the others.
std::vector<ir::Value> AppendVectorized(ir::Builder& build, ir::Value from, ir::Value with,
                                        const std::vector<ir::Value>& to);

}  // namespace nnc::passes
