#include "runtime/blame/finite.h"

#include <cmath>
#include <span>

namespace nnc::runtime {
namespace {

// A float is NaN or infinite where all bits of its exponent are set. Integers, because such a loop is vectorised while
// a sum of floats is not.
template <class Bits>
bool NoneHas(std::span<const Bits> words, Bits exponent) {
  Bits found = 0;
  for (const Bits word : words) found |= static_cast<Bits>((word & exponent) == exponent);
  return found == 0;
}

template <class Bits>
std::span<const Bits> WordsOf(const Tensor& tensor) {
  return {reinterpret_cast<const Bits*>(tensor.data()), static_cast<size_t>(tensor.elements())};
}

}  // namespace

bool IsAllFinite(const Tensor& tensor) {
  switch (tensor.element()) {
    case ir::Element::kF32:
      return NoneHas<uint32_t>(WordsOf<uint32_t>(tensor), 0x7F800000u);
    case ir::Element::kF64:
      return NoneHas<uint64_t>(WordsOf<uint64_t>(tensor), 0x7FF0000000000000u);
    case ir::Element::kBF16:
      return NoneHas<uint16_t>(WordsOf<uint16_t>(tensor), 0x7F80u);
    case ir::Element::kI32:
    case ir::Element::kI64:
    case ir::Element::kU8:
    case ir::Element::kBool:
      return true;
  }
  return true;
}

int64_t FirstTurned(const Tensor& now, const Tensor* before) {
  if (IsAllFinite(now)) return -1;
  for (int64_t i = 0; i < now.elements(); ++i) {
    const bool was = before == nullptr || std::isfinite(before->number(i));
    if (was && !std::isfinite(now.number(i))) return i;
  }
  return -1;
}

}  // namespace nnc::runtime
