// Why a number became NaN or infinite, and what helps.
#pragma once

#include <string_view>
#include <vector>

#include "ir/op.h"

namespace nnc::runtime {

struct Cure {
  std::string_view cause, help;
};

// For a result of `op` from operands that are `x` at the element where it arose.
Cure CureOfValue(ir::Op op, const std::vector<double>& x);
// The same in an optimizer's update.
Cure CureOfUpdate(ir::Op op, const std::vector<double>& x);
// For a result of the rule of `op` where the forward pass had operands that were `x`; empty where they are not known.
Cure CureOfGradient(ir::Op op, const std::vector<double>& x);

}  // namespace nnc::runtime
