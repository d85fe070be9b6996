// Which elements of its operands an element is computed from.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/blame/values.h"

namespace nnc::runtime {

using Index = std::vector<int64_t>;

Index IndexOf(int64_t element, const std::vector<int64_t>& shape);
int64_t ElementAt(const Index& index, const std::vector<int64_t>& shape);

// The elements of operand number `operand` that decide on element `element` of `value`, but for conditions and ids,
// which choose elements and are none. Of ops that mix more than a few (sums along a line, scattered rows) all elements.
std::vector<int64_t> ElementsRead(Values& values, ir::Value value, size_t operand, int64_t element);

}  // namespace nnc::runtime
