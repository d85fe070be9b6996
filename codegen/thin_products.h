// Prepares a function for the schedule: products of layers with few inputs or few outputs.
#pragma once

#include "ir/function.h"

namespace nnc::codegen {

// `function` with its thin matrix products taken apart, where no result of theirs has to be in memory:
//
//   - A product of at most kThin terms becomes a sum of outer products. What is made from it by cheap elementwise
//     operations is an expansion (expansions.h): a kernel makes it again where it reads it.
//   - A product of an expansion and a matrix of at most kThin rows or columns becomes as many reductions. Those over
//     the same axes become one kernel, which makes each element of the expansion once for all of them.
//
// So a step on a network of two inputs, one hidden layer and three classes walks its batch twice, once forward and once
// backward, and the hidden layer is never in memory. A product stays as it is if anything needs its expansion as a
// whole: another product, a result, a table. Bodies of loops are prepared too. The order of summation changes; nothing
// else does.
ir::Function TakeThinProductsApart(const ir::Function& function);

}  // namespace nnc::codegen
