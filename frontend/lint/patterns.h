// Library formulas found again in a graph.
#pragma once

#include <optional>

#include "ir/function.h"

namespace nnc::lint {

// Whether the op hands elements of its operands on as they are.
bool Moves(ir::Op op);
// What `value` was before ops that only move it.
ir::Value MovedFrom(const ir::Function& function, ir::Value value);

// e^x / sum(e^x)
bool IsSoftmax(const ir::Function& function, ir::Value value);
// x of z - log(sum(e^z)) with z = x - max(x): std/softmax.nn
std::optional<ir::Value> LogSoftmaxOperand(const ir::Function& function, ir::Value value);

// Labels compared with each of the numbers 0..classes, as std/shapes.nn's `is_class` does.
struct ClassComparison {
  ir::Value labels;
  int64_t classes = 0;
};
std::optional<ClassComparison> FindClassComparison(const ir::Function& function, ir::Value value);

}  // namespace nnc::lint
