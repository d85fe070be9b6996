#include "runtime/blame/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nnc::runtime {

std::string NumberText(double number, ir::Element element) {
  if (std::isnan(number)) return "NaN";
  return element == ir::Element::kF64 ? fmt::format("{}", number) : fmt::format("{}", static_cast<float>(number));
}

std::string RangeText(const Tensor& tensor) {
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  int64_t infinite = 0, nan = 0;
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const double number = tensor.number(i);
    if (std::isnan(number)) {
      ++nan;
    } else if (std::isinf(number)) {
      ++infinite;
    } else {
      least = std::min(least, number);
      greatest = std::max(greatest, number);
    }
  }
  std::string text = "no finite number";
  if (least <= greatest) {
    const std::string low = NumberText(least, tensor.element()), high = NumberText(greatest, tensor.element());
    text = low == high ? low : fmt::format("from {} to {}", low, high);
  }
  for (const auto& [count, what] : {std::pair(infinite, "infinite"), {nan, "NaN"}}) {
    if (count > 0) text += fmt::format(", {} of {} {}", count, tensor.elements(), what);
  }
  return text;
}

}  // namespace nnc::runtime
