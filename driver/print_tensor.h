// Tensors as text for people.
#pragma once

#include <string>

#include "runtime/tensor.h"

namespace nnc::driver {

// Nested brackets as NumPy prints them, columns aligned, floats in their shortest exact form. Of more than 1,000
// elements, the first and last three along each axis.
std::string TensorText(const runtime::Tensor& tensor);

}  // namespace nnc::driver
