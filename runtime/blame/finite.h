// Which elements are NaN or infinite.
#pragma once

#include <cstdint>

#include "runtime/tensor.h"

namespace nnc::runtime {

// Whether no element is NaN or infinite; so are all integers. At the speed of memory.
bool IsAllFinite(const Tensor& tensor);

// The first element that is NaN or infinite in `now` and was finite `before`; -1 where there is none. Infinities that a
// program put there itself, as a mask or the start of a minimum, are so passed over. Without `before`, the first at
// all.
int64_t FirstTurned(const Tensor& now, const Tensor* before = nullptr);

}  // namespace nnc::runtime
