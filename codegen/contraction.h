// Products and sums that become one multiply-add.
#pragma once

#include <set>

#include "codegen/schedule.h"

namespace nnc::codegen {

// The products of a kernel that are rounded only together with the sum that reads them: Mul of f32 or f64 that the
// kernel does not store and uses once, as the operand of a ReduceSum, or of an Add or Sub of as many elements. Where
// both operands of a sum qualify, the first is taken. The kernel's graph alone decides, so a value has the same bits on
// any number of threads.
std::set<ir::Value> ContractedProducts(const ir::Function& function, const Kernel& kernel);

}  // namespace nnc::codegen
