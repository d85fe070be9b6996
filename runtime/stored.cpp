#include "runtime/stored.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <numeric>
#include <stdexcept>

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
void DecodeAs(std::string_view bytes, std::endian order, std::byte* to, Convert convert) {
  for (size_t at = 0; at < bytes.size(); at += sizeof(From), to += sizeof(To)) {
    const To number = convert(LoadNumber<From>(bytes, at, order));
    std::memcpy(to, &number, sizeof(To));
  }
}

void DecodeNumbers(std::string_view bytes, const StoredArray& array, std::byte* to) {
  const auto same = [](auto x) { return x; };
  const auto to_i32 = [](auto x) { return static_cast<int32_t>(x); };
  const auto to_i64 = [&](auto x) {
    if (x > static_cast<uint64_t>(INT64_MAX))
      Fail(array.kind, array.file, "an unsigned number of 2^63 or more", "Store it as int64 or as a float.");
    return static_cast<int64_t>(x);
  };
  switch (array.stored) {
    case Stored::kBool:
      return DecodeAs<char, uint8_t>(bytes, array.order, to, [](char x) { return x != 0; });
    case Stored::kI8:
      return DecodeAs<int8_t, int32_t>(bytes, array.order, to, to_i32);
    case Stored::kU8:
      return DecodeAs<uint8_t, uint8_t>(bytes, array.order, to, same);
    case Stored::kI16:
      return DecodeAs<int16_t, int32_t>(bytes, array.order, to, to_i32);
    case Stored::kU16:
      return DecodeAs<uint16_t, int32_t>(bytes, array.order, to, to_i32);
    case Stored::kI32:
      return DecodeAs<int32_t, int32_t>(bytes, array.order, to, same);
    case Stored::kU32:
      return DecodeAs<uint32_t, int64_t>(bytes, array.order, to, to_i64);
    case Stored::kI64:
      return DecodeAs<int64_t, int64_t>(bytes, array.order, to, same);
    case Stored::kU64:
      return DecodeAs<uint64_t, int64_t>(bytes, array.order, to, to_i64);
    case Stored::kF16:
      return DecodeAs<uint16_t, float>(bytes, array.order, to, FloatOfF16);
    case Stored::kBF16:
      return DecodeAs<uint16_t, uint16_t>(bytes, array.order, to, same);
    case Stored::kF32:
      return DecodeAs<float, float>(bytes, array.order, to, same);
    case Stored::kF64:
      return DecodeAs<double, double>(bytes, array.order, to, same);
  }
  throw std::logic_error("unknown stored type");
}

// Whether the file's bytes are a tensor's.
bool IsNative(const StoredArray& array) {
  const bool converts = array.stored == Stored::kBool || array.stored == Stored::kU64 ||
                        ByteSize(array.stored) != ir::ByteSize(ElementOf(array.stored));
  return !converts && (array.order == std::endian::native || ByteSize(array.stored) == 1);
}

// A tensor whose elements lie in Fortran order under `tensor.shape()`, put in C order.
Tensor FromFortranOrder(const Tensor& tensor) {
  const std::vector<int64_t>& shape = tensor.shape();
  Tensor result(tensor.element(), shape);
  const size_t width = static_cast<size_t>(ir::ByteSize(tensor.element()));
  std::vector<int64_t> index(shape.size(), 0), strides(shape.size(), 1);
  std::exclusive_scan(shape.begin(), shape.end(), strides.begin(), int64_t{1}, std::multiplies<>());
  std::byte* to = result.data();
  for (int64_t i = 0; i < tensor.elements(); ++i, to += width) {
    const int64_t from = std::inner_product(index.begin(), index.end(), strides.begin(), int64_t{0});
    std::memcpy(to, tensor.data() + static_cast<size_t>(from) * width, width);
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return result;
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

ArrayReader::ArrayReader(StoredArray array) : array_(std::move(array)) {
  const std::optional<int64_t> size = StoredBytes(array_.stored, array_.shape);
  const uint64_t at_most = array_.data->at_most();
  bytes_ = static_cast<uint64_t>(size.value_or(-1));
  if (!size || bytes_ > at_most) FailSize(at_most);
  elements_ = *size / ByteSize(array_.stored);
}

void ArrayReader::FailSize(uint64_t held) const {
  Fail(array_.kind, fmt::format("{}@{}", array_.file, array_.begin),
       fmt::format("shape {} needs {} bytes, the file holds {}", ShapeText(array_.shape),
                   StoredBytes(array_.stored, array_.shape) ? std::to_string(bytes_) : "too many", held),
       "The file was damaged or cut short: save or fetch it again.");
}

Tensor ArrayReader::Next(int64_t count) {
  if (IsNative(array_)) {
    const size_t width = static_cast<size_t>(ByteSize(array_.stored));
    const auto bytes = array_.data->Take(static_cast<size_t>(count) * width);
    const bool aligned = reinterpret_cast<uintptr_t>(bytes.get()) % width == 0;
    if (bytes != nullptr) read_ += static_cast<size_t>(count) * width;
    if (bytes != nullptr && aligned) return Tensor::Borrowing(element(), {count}, bytes);
    Tensor tensor(element(), {count});
    if (bytes != nullptr) {
      std::memcpy(tensor.data(), bytes.get(), static_cast<size_t>(tensor.bytes()));
    } else {
      const size_t got = array_.data->Read(reinterpret_cast<char*>(tensor.data()), static_cast<size_t>(tensor.bytes()));
      read_ += got;
      if (got < static_cast<size_t>(tensor.bytes())) FailSize(read_);
    }
    return tensor;
  }
  Tensor tensor(element(), {count});
  Decode(tensor.data(), count);
  return tensor;
}

void ArrayReader::Decode(std::byte* to, int64_t count) {
  std::array<char, 1 << 16> buffer;
  const int64_t width = ByteSize(array_.stored), most = static_cast<int64_t>(buffer.size()) / width;
  for (int64_t begin = 0; begin < count; begin += most) {
    const size_t bytes = static_cast<size_t>(std::min(most, count - begin) * width);
    const size_t got = array_.data->Read(buffer.data(), bytes);
    read_ += got;
    if (got < bytes) FailSize(read_);
    DecodeNumbers({buffer.data(), bytes}, array_, to + begin * ir::ByteSize(element()));
  }
}

Tensor ArrayReader::All() {
  Tensor tensor = Next(elements_).Reshaped(array_.shape);
  Finish();
  return array_.fortran_order ? FromFortranOrder(tensor) : tensor;
}

void ArrayReader::Finish() {
  const uint64_t more = array_.data->Take(0) != nullptr ? array_.data->at_most() : array_.data->Drain();
  if (array_.ends_file && more > 0) FailSize(read_ + more);
}

Tensor ReadArray(StoredArray array) { return ArrayReader(std::move(array)).All(); }

}  // namespace nnc::runtime
