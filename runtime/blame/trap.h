// The trap of a branch that is not taken: where(x > 0.0, log(x), 0.0) is finite, and has the gradient NaN at x = 0.
#pragma once

#include "runtime/blame/values.h"

namespace nnc::runtime {

// Whether a `where` passes over this element of a value, or over what elementwise ops make of it.
bool IsPassedOver(Values& values, ir::Value value, int64_t element);

}  // namespace nnc::runtime
