// Which functions of a number take long.
#pragma once

#include "ir/op.h"

namespace nnc::passes {

// Whether an op is an exponential, a root or another elementary function: polynomials of ten terms and more, where a
// sum or a product is one instruction. Making such a value again takes longer than storing and reading it.
bool IsDearFunction(ir::Op op);

}  // namespace nnc::passes
