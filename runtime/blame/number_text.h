// Numbers of tensors for messages.
#pragma once

#include <string>

#include "runtime/tensor.h"

namespace nnc::runtime {

// The shortest text that says which number of the element type it is: "0.1", "-inf", "NaN".
std::string NumberText(double number, ir::Element element);

// "from -1.5 to 3", over the finite elements, and how many others there are: "3 of 8 infinite".
std::string RangeText(const Tensor& tensor);

}  // namespace nnc::runtime
