// Reverse mode through loops.
#pragma once

#include <vector>

#include "ir/builder.h"

namespace nnc::passes {

// The shares of the operands of `scan`, given the adjoints of the parts of its result (not valid where zero). Those
// that are not wanted, or are zero, are not valid. Gives the scan a body that saves what the backward pass needs.
//
// The backward pass is another loop in the opposite direction (Griewank and Walther, "Evaluating Derivatives",
// chapters 3 and 12). It carries the adjoints of the carries and the sums of those of captured values, and its outputs
// are the adjoints of what is scanned. Of the forward pass it needs the carries and some more values of each iteration:
//   - by default the results of products, reductions, indexing, inner loops and dear functions (exp, tanh, ...) are
//     saved, and what is computed from them by cheap elementwise ops and movements is computed again;
//   - with `checkpoint` the carries alone are saved, and the body runs again.
// Either way memory grows linearly with the number of iterations. By default the gradient of a matrix that every
// iteration multiplies by is one product over all iterations, after the loop, in place of a sum of small ones.
std::vector<ir::Value> AppendScanVjp(ir::Builder& build, ir::Value scan, const std::vector<ir::Value>& adjoints,
                                     const std::vector<bool>& wanted);

}  // namespace nnc::passes
