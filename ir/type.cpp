#include "ir/type.h"

#include <array>
#include <utility>

namespace nnc::ir {

namespace {

struct ElementInfo {
  std::string_view name;
  int64_t bytes;
};

// In the order of Element.
constexpr std::array<ElementInfo, 7> kElements = {
    {{"f32", 4}, {"f64", 8}, {"bf16", 2}, {"i32", 4}, {"i64", 8}, {"u8", 1}, {"bool", 1}}};

}  // namespace

std::string_view Name(Element element) { return kElements[static_cast<size_t>(element)].name; }

int64_t ByteSize(Element element) { return kElements[static_cast<size_t>(element)].bytes; }

std::optional<Element> ElementNamed(std::string_view name) {
  for (size_t i = 0; i < kElements.size(); ++i) {
    if (kElements[i].name == name) return static_cast<Element>(i);
  }
  return std::nullopt;
}

void CheckSize(const Type& type) {
  for (const Type& part : type.parts) CheckSize(part);
  Dim bytes = ByteSize(type.element);
  for (const Dim& dim : type.shape) {
    if (dim.is_constant()) bytes = bytes * dim;
  }
}

std::string ToString(const Type& type) {
  if (type.is_tuple()) {
    std::string text;
    for (const Type& part : type.parts) text += (text.empty() ? "(" : ", ") + ToString(part);
    return text + ")";
  }
  std::string name(Name(type.element));
  return type.is_scalar() ? name : name + ToString(type.shape);
}

}  // namespace nnc::ir
