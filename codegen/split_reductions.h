// Prepares a function for the schedule.
#pragma once

#include "ir/function.h"

namespace nnc::codegen {

// `function` with some reductions over the last axis and others together cut into one over the last axis and one over
// the rest: those whose operand needs another reduction over that last axis. The first part then fuses with it into one
// row kernel (a cross-entropy with its softmax), and only the second, of one number a row, is left. Other reductions
// stay as they are; bodies of loops are prepared too. The order of summation changes; nothing else does.
ir::Function SplitReductions(const ir::Function& function);

}  // namespace nnc::codegen
