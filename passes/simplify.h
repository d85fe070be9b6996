// Algebraic simplification.
#pragma once

#include "ir/function.h"

namespace nnc::passes {

// Rewrites each node by the first rule of passes/simplify/ that applies to it; nodes that become useless stay (see
// dce.h). Every rule gives the same result for every input, NaN, infinities and -0 included: there is no x*0 -> 0 and
// no x-x -> 0. Rules may choose another order of summation, which a reduction does not promise, and another rounding of
// pow, which is within 2 ULP. The function must hold no request for a derivative: StopGradient goes too. Types, names
// and results stay.
ir::Function Simplify(const ir::Function& function);

}  // namespace nnc::passes
