#include "runtime/tensor.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

// Files and arenas hold little-endian numbers; readers copy them as they are.
static_assert(std::endian::native == std::endian::little);

int64_t CheckedElements(ir::Element element, const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) {
    if (size < 0) throw std::logic_error("a tensor of negative size");
    if (__builtin_mul_overflow(count, size, &count)) {
      Fail(DiagnosticKind::kOutOfMemory, "",
           fmt::format("a tensor of shape {} does not fit in memory", ShapeText(shape)));
    }
  }
  int64_t bytes = 0;
  if (__builtin_mul_overflow(count, ir::ByteSize(element), &bytes) || bytes > INT64_MAX - 64) {
    Fail(DiagnosticKind::kOutOfMemory, "",
         fmt::format("a tensor of shape {} does not fit in memory", ShapeText(shape)));
  }
  return count;
}

// Private zeros from the system, from a multiple of `alignment` on, which pages are told to be.
std::shared_ptr<std::byte> MapZeros(size_t size, size_t alignment) {
  const size_t mapped = size + alignment;
  void* const memory = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  const auto address = reinterpret_cast<uintptr_t>(memory);
  auto* const begin = static_cast<std::byte*>(memory) + (alignment - address % alignment) % alignment;
  madvise(begin, size, MADV_HUGEPAGE);  // a wish: where it is refused, small pages do
  return {begin, [memory, mapped](std::byte*) { munmap(memory, mapped); }};
}

// Zeros. Large tensors come from the system in pages of 2 MiB where it has them: an arena of small pages takes a fault
// for each 4 KiB when it is first touched, and misses in the table of addresses ever after.
std::shared_ptr<std::byte> AllocateZeros(int64_t bytes) {
  constexpr std::align_val_t kLine{64};
  constexpr size_t kHugePage = size_t{2} << 20;
  const size_t size = static_cast<size_t>(bytes);
  if (size >= kHugePage) return MapZeros(size, kHugePage);
  const size_t whole_lines = (size + 63) / 64 * 64;
  auto* const begin = static_cast<std::byte*>(operator new(whole_lines, kLine));
  std::memset(begin, 0, size);
  return {begin, [](std::byte* memory) { operator delete(memory, kLine); }};
}

}  // namespace

Tensor::Tensor(ir::Element element, std::vector<int64_t> shape) : Tensor(element, std::move(shape), nullptr, false) {
  bytes_ = AllocateZeros(bytes());
}

Tensor::Tensor(ir::Element element, std::vector<int64_t> shape, std::shared_ptr<const std::byte> bytes, bool borrows)
    : element_(element),
      shape_(std::move(shape)),
      elements_(CheckedElements(element_, shape_)),
      borrows_(borrows),
      bytes_(std::move(bytes)) {}

Tensor Tensor::Owning(ir::Element element, std::vector<int64_t> shape, std::shared_ptr<std::byte> bytes) {
  return {element, std::move(shape), std::move(bytes), false};
}

Tensor Tensor::Borrowing(ir::Element element, std::vector<int64_t> shape, std::shared_ptr<const std::byte> bytes) {
  return {element, std::move(shape), std::move(bytes), true};
}

Tensor::Tensor(const Tensor& other) : Tensor(other.element_, other.shape_, other.bytes_, other.borrows_) {
  if (!borrows_) Own();
}

Tensor& Tensor::operator=(Tensor other) {
  element_ = other.element_;
  shape_ = std::move(other.shape_);
  elements_ = other.elements_;
  borrows_ = other.borrows_;
  bytes_ = std::move(other.bytes_);
  return *this;
}

// Bytes of its own with the same contents.
void Tensor::Own() {
  const auto copy = AllocateZeros(bytes());
  if (bytes() > 0) std::memcpy(copy.get(), bytes_.get(), static_cast<size_t>(bytes()));
  bytes_ = copy;
  borrows_ = false;
}

ir::Type Tensor::type() const { return {element_, ir::Shape(shape_.begin(), shape_.end())}; }

void Tensor::Read(int64_t begin, std::span<double> numbers) const {
  const auto read = [&]<class T>(std::span<const T> from, auto convert) {
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = convert(from[static_cast<size_t>(begin) + i]);
  };
  const auto plain = [](auto x) { return static_cast<double>(x); };
  switch (element_) {
    case ir::Element::kF32:
      return read(as<float>(), plain);
    case ir::Element::kF64:
      return read(as<double>(), plain);
    case ir::Element::kBF16:
      return read(as<uint16_t>(), FloatOfBF16);
    case ir::Element::kI32:
      return read(as<int32_t>(), plain);
    case ir::Element::kI64:
      return read(as<int64_t>(), plain);
    case ir::Element::kU8:
    case ir::Element::kBool:
      return read(as<uint8_t>(), plain);
  }
}

void Tensor::Write(int64_t begin, std::span<const double> numbers) {
  const auto write = [&]<class T>(std::span<T> to, auto convert) {
    for (size_t i = 0; i < numbers.size(); ++i)
      to[static_cast<size_t>(begin) + i] = static_cast<T>(convert(numbers[i]));
  };
  const auto plain = [](double x) { return x; };
  switch (element_) {
    case ir::Element::kF32:
      return write(as<float>(), plain);
    case ir::Element::kF64:
      return write(as<double>(), plain);
    case ir::Element::kBF16:
      return write(as<uint16_t>(), [](double x) { return BF16OfFloat(static_cast<float>(x)); });
    case ir::Element::kI32:
      return write(as<int32_t>(), plain);
    case ir::Element::kI64:
      return write(as<int64_t>(), plain);
    case ir::Element::kU8:
      return write(as<uint8_t>(), plain);
    case ir::Element::kBool:
      return write(as<uint8_t>(), [](double x) { return x != 0; });
  }
}

double Tensor::number(int64_t i) const {
  double value = 0;
  Read(i, {&value, 1});
  return value;
}

Tensor Tensor::Reshaped(std::vector<int64_t> shape) const& { return Tensor(*this).Reshaped(std::move(shape)); }

Tensor Tensor::Reshaped(std::vector<int64_t> shape) && {
  if (CheckedElements(element_, shape) != elements_) throw std::logic_error("a reshape to another number of elements");
  shape_ = std::move(shape);
  return std::move(*this);
}

Tensor Tensor::Part(int64_t begin, std::vector<int64_t> shape) const {
  return View(begin * ir::ByteSize(element_), element_, std::move(shape));
}

Tensor Tensor::View(int64_t begin, ir::Element element, std::vector<int64_t> shape) const {
  return Borrowing(element, std::move(shape), {bytes_, bytes_.get() + begin});
}

Tensor Tensor::Converted(ir::Element element) const {
  if (element == element_) return *this;
  Tensor result(element, shape_);
  if (element == ir::Element::kI32 && element_ == ir::Element::kI64) {  // a double would not wrap as an int does
    std::copy(as<int64_t>().begin(), as<int64_t>().end(), result.as<int32_t>().begin());
    return result;
  }
  std::array<double, 1024> block;
  for (int64_t begin = 0; begin < elements_; begin += static_cast<int64_t>(block.size())) {
    const std::span<double> numbers(block.data(), std::min(block.size(), static_cast<size_t>(elements_ - begin)));
    Read(begin, numbers);
    result.Write(begin, numbers);
  }
  return result;
}

bool Tensor::operator==(const Tensor& other) const {
  return element_ == other.element_ && shape_ == other.shape_ &&
         (bytes() == 0 || std::memcmp(data(), other.data(), static_cast<size_t>(bytes())) == 0);
}

bool Represents(ir::Element element, double number) {
  const auto whole_within = [&](double low, double end) {
    return number >= low && number < end && std::trunc(number) == number;
  };
  switch (element) {
    case ir::Element::kF32:
    case ir::Element::kF64:
    case ir::Element::kBF16:
      return true;
    case ir::Element::kI32:
      return whole_within(-0x1p31, 0x1p31);
    case ir::Element::kI64:
      return whole_within(-0x1p63, 0x1p63);
    case ir::Element::kU8:
      return whole_within(0, 256);
    case ir::Element::kBool:
      return whole_within(0, 2);
  }
  throw std::logic_error("unknown element type");
}

std::string ShapeText(const std::vector<int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

Tensor FromIr(const ir::Tensor& tensor) {
  Tensor result(tensor.element, tensor.shape);
  for (int64_t i = 0; i < result.elements(); ++i) {
    if (tensor.element == ir::Element::kI64) {
      result.as<int64_t>()[i] = tensor.ints()[i];
    } else {
      result.set_number(i, tensor.number(i));
    }
  }
  return result;
}

ir::Tensor ToIr(const Tensor& tensor) {
  const size_t count = static_cast<size_t>(tensor.elements());
  if (ir::IsFloat(tensor.element())) {
    std::vector<double> values(count);
    for (size_t i = 0; i < count; ++i) values[i] = tensor.number(static_cast<int64_t>(i));
    return ir::Tensor::Floats(tensor.shape(), std::move(values), tensor.element());
  }
  std::vector<int64_t> values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = tensor.element() == ir::Element::kI64 ? tensor.as<int64_t>()[i]
                                                      : static_cast<int64_t>(tensor.number(static_cast<int64_t>(i)));
  }
  return ir::Tensor::Ints(tensor.shape(), std::move(values), tensor.element());
}

float FloatOfBF16(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

uint16_t BF16OfFloat(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value)) return static_cast<uint16_t>((bits >> 16) | 0x40);  // stays a NaN whatever bits are cut off
  return static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

float FloatOfF16(uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const int fraction = bits & 0x3FF;
  float magnitude = 0;
  if (exponent == 0x1F) {
    magnitude = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
  }
  return bits & 0x8000 ? -magnitude : magnitude;
}

}  // namespace nnc::runtime
