// Products that read their operands where these lie: through transposes, slices, windows, copies and reshapes, which
// are then made in no memory.
#pragma once

#include <functional>
#include <vector>

#include "codegen/operand_layout.h"
#include "ir/function.h"

namespace nnc::codegen {

// The value that an operand is read from, and where its elements lie in that value's memory.
struct OperandView {
  ir::Value source;
  OperandLayout layout;
  bool operator==(const OperandView&) const = default;
};

// How both operands of a MatMul are read. Movements are looked through down to what is in memory (`stored`) or no
// movement, unless tiles could then not read whole vectors along the columns of B, or enough rows of A at fixed
// distances; such an operand is its own source.
std::vector<OperandView> ViewOperands(const ir::Function& function, ir::Value product,
                                      const std::function<bool(ir::Value)>& stored);

}  // namespace nnc::codegen
