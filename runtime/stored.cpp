#include "runtime/stored.h"

#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "runtime/bytes.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

struct StoredInfo {
  int64_t bytes;
  ir::Element element;
};

StoredInfo InfoOf(Stored stored) {
  using enum ir::Element;
  switch (stored) {
    case Stored::kBool:
      return {1, kBool};
    case Stored::kI8:
      return {1, kI32};
    case Stored::kU8:
      return {1, kU8};
    case Stored::kI16:
    case Stored::kU16:
      return {2, kI32};
    case Stored::kI32:
      return {4, kI32};
    case Stored::kU32:
      return {4, kI64};
    case Stored::kI64:
    case Stored::kU64:
      return {8, kI64};
    case Stored::kF16:
      return {2, kF32};
    case Stored::kBF16:
      return {2, kBF16};
    case Stored::kF32:
      return {4, kF32};
    case Stored::kF64:
      return {8, kF64};
  }
  throw std::logic_error("unknown stored type");
}

template <class From, class To, class Convert>
Tensor Decode(std::string_view bytes, std::endian order, Tensor tensor, Convert convert) {
  if constexpr (std::is_same_v<From, To>) {
    if (order == std::endian::native && !bytes.empty()) {
      std::memcpy(tensor.data(), bytes.data(), bytes.size());
      return tensor;
    }
  }
  const auto out = tensor.as<To>();
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = convert(LoadNumber<From>(bytes, i * sizeof(From), order));
  }
  return tensor;
}

}  // namespace

int64_t ByteSize(Stored stored) { return InfoOf(stored).bytes; }
ir::Element ElementOf(Stored stored) { return InfoOf(stored).element; }

std::optional<int64_t> StoredBytes(Stored stored, const std::vector<int64_t>& shape) {
  int64_t bytes = ByteSize(stored);
  for (const int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes)) return std::nullopt;
  }
  return bytes;
}

Tensor DecodeArray(std::string_view bytes, Stored stored, std::endian order, std::vector<int64_t> shape,
                   DiagnosticKind kind, const std::string& place) {
  Tensor out(ElementOf(stored), std::move(shape));
  const auto same = [](auto x) { return x; };
  const auto to_i32 = [](auto x) { return static_cast<int32_t>(x); };
  const auto to_i64 = [&](auto x) {
    if (x > static_cast<uint64_t>(INT64_MAX))
      Fail(kind, place, "an unsigned number of 2^63 or more", "Store it as int64 or as a float.");
    return static_cast<int64_t>(x);
  };
  switch (stored) {
    case Stored::kBool:
      return Decode<char, uint8_t>(bytes, order, std::move(out), [](char x) { return x != 0; });
    case Stored::kI8:
      return Decode<int8_t, int32_t>(bytes, order, std::move(out), to_i32);
    case Stored::kU8:
      return Decode<uint8_t, uint8_t>(bytes, order, std::move(out), same);
    case Stored::kI16:
      return Decode<int16_t, int32_t>(bytes, order, std::move(out), to_i32);
    case Stored::kU16:
      return Decode<uint16_t, int32_t>(bytes, order, std::move(out), to_i32);
    case Stored::kI32:
      return Decode<int32_t, int32_t>(bytes, order, std::move(out), same);
    case Stored::kU32:
      return Decode<uint32_t, int64_t>(bytes, order, std::move(out), to_i64);
    case Stored::kI64:
      return Decode<int64_t, int64_t>(bytes, order, std::move(out), same);
    case Stored::kU64:
      return Decode<uint64_t, int64_t>(bytes, order, std::move(out), to_i64);
    case Stored::kF16:
      return Decode<uint16_t, float>(bytes, order, std::move(out), FloatOfF16);
    case Stored::kBF16:
      return Decode<uint16_t, uint16_t>(bytes, order, std::move(out), same);
    case Stored::kF32:
      return Decode<float, float>(bytes, order, std::move(out), same);
    case Stored::kF64:
      return Decode<double, double>(bytes, order, std::move(out), same);
  }
  throw std::logic_error("unknown stored type");
}

}  // namespace nnc::runtime
