#include "runtime/field_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>

#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

constexpr double kLargestBF16 = 0x1.FEp127;

bool InRange(ir::Element element, double number) {
  if (element == ir::Element::kF32) return std::abs(number) <= FLT_MAX;
  if (element == ir::Element::kBF16) return std::abs(number) <= kLargestBF16;
  return Represents(element, number);
}

}  // namespace

bool Holds(const DataField& field, double number) {
  if (!std::isfinite(number) || !InRange(field.type.element, number)) return false;
  if (field.classes < 0) return true;
  return number >= 0 && (field.classes == 0 || number < static_cast<double>(field.classes));
}

void FailNumber(const DataField& field, double number, const std::string& place) {
  if (!std::isfinite(number)) {
    Fail(DiagnosticKind::kBadRow, place, fmt::format("`{}` holds {}, which is not a finite number", field.name, number),
         "Remove the row, or put a number in place of the missing one.");
  }
  if (!ir::IsFloat(field.type.element) && std::trunc(number) != number) {
    Fail(DiagnosticKind::kBadRow, place, fmt::format("`{}` holds {}, which is not a whole number", field.name, number));
  }
  if (field.classes < 0) {
    Fail(DiagnosticKind::kBadRow, place,
         fmt::format("`{}` holds {}, out of the range of {}", field.name, number, ir::Name(field.type.element)));
  }
  Fail(DiagnosticKind::kBadLabel, place,
       field.classes > 0 ? fmt::format("label {} of `{}` is not in 0..{}", number, field.name, field.classes - 1)
                         : fmt::format("label {} of `{}` is negative or too large", number, field.name),
       "Labels count from 0; `class(_)` counts the classes itself.");
}

void CheckNumbers(const DataField& field, int64_t count, const NumberSource& source, const PlaceOf& place,
                  Tensor* values) {
  const double scale = field.source ? field.source->scale : 1, offset = field.source ? field.source->offset : 0;
  const int64_t row_elements = field.type.elements();
  std::array<double, 4096> block;
  for (int64_t begin = 0; begin < count; begin += static_cast<int64_t>(block.size())) {
    const std::span<double> numbers(block.data(), std::min(block.size(), static_cast<size_t>(count - begin)));
    source(begin, numbers);
    for (size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = numbers[i] * scale + offset;
      if (Holds(field, numbers[i])) continue;
      const int64_t at = begin + static_cast<int64_t>(i);
      FailNumber(field, numbers[i], place(at / row_elements, at % row_elements));
    }
    if (values != nullptr) values->Write(begin, numbers);
  }
}

}  // namespace nnc::runtime
