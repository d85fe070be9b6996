// Tensors of the host: what readers give, and what goes into and out of an arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/type.h"

namespace nnc::runtime {

// A dense, row-major tensor. A bf16 is held as the upper half of an f32 (uint16_t), a bool as one byte, 0 or 1. It owns
// its bytes, or borrows bytes that are only read, of a mapped file say: then copies share them, and the first write
// through a tensor gives it bytes of its own.
class Tensor {
 public:
  Tensor() : Tensor(ir::Element::kF32, {0}) {}
  // Zeros, from a 64-byte boundary on. Throws Failure (OutOfMemory) where the size in bytes does not fit in 63 bits.
  Tensor(ir::Element element, std::vector<int64_t> shape);
  // Bytes that were filled elsewhere, as many as the shape takes, at a multiple of the element's size.
  static Tensor Owning(ir::Element element, std::vector<int64_t> shape, std::shared_ptr<std::byte> bytes);
  static Tensor Borrowing(ir::Element element, std::vector<int64_t> shape, std::shared_ptr<const std::byte> bytes);

  Tensor(const Tensor& other);
  Tensor(Tensor&& other) = default;
  Tensor& operator=(Tensor other);

  ir::Element element() const { return element_; }
  const std::vector<int64_t>& shape() const { return shape_; }
  int64_t rank() const { return static_cast<int64_t>(shape_.size()); }
  int64_t elements() const { return elements_; }
  int64_t bytes() const { return elements_ * ir::ByteSize(element_); }
  ir::Type type() const;

  bool borrows() const { return borrows_; }
  std::byte* data() {
    if (borrows_) Own();
    return const_cast<std::byte*>(bytes_.get());  // they were not const when they were made
  }
  const std::byte* data() const { return bytes_.get(); }
  // The elements as C++ numbers of the element type's width: float, double, uint16_t (bf16), int32_t, int64_t, uint8_t
  // (u8, bool).
  template <class T>
  std::span<T> as() {
    return {reinterpret_cast<T*>(data()), static_cast<size_t>(elements_)};
  }
  template <class T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T*>(data()), static_cast<size_t>(elements_)};
  }

  // Elements from `begin` on as doubles, whatever their type; an i64 is exact within 2^53.
  void Read(int64_t begin, std::span<double> numbers) const;
  // Writes elements from `begin` on, rounded to their type. Integers must be given integral values in their range.
  void Write(int64_t begin, std::span<const double> numbers);
  double number(int64_t i) const;
  void set_number(int64_t i, double value) { Write(i, {&value, 1}); }

  // The same elements in another shape of as many elements.
  Tensor Reshaped(std::vector<int64_t> shape) const&;
  Tensor Reshaped(std::vector<int64_t> shape) &&;
  // The elements from `begin` on that fill `shape`, borrowed: this tensor must not be written to any more.
  Tensor Part(int64_t begin, std::vector<int64_t> shape) const;
  // The bytes from `begin` on as another type's, borrowed: what is written to this tensor later shows there.
  Tensor View(int64_t begin, ir::Element element, std::vector<int64_t> shape) const;
  // Every element converted: floats round to nearest, floats to integers towards zero, anything to bool by `!= 0`.
  Tensor Converted(ir::Element element) const;

  bool operator==(const Tensor& other) const;

 private:
  Tensor(ir::Element element, std::vector<int64_t> shape, std::shared_ptr<const std::byte> bytes, bool borrows);
  void Own();

  ir::Element element_;
  std::vector<int64_t> shape_;
  int64_t elements_;
  bool borrows_ = false;
  std::shared_ptr<const std::byte> bytes_;
};

using TensorMap = std::map<std::string, Tensor>;

// Whether an element type has the number: any for floats (rounded), whole and in range for integers, 0 or 1 for bool.
bool Represents(ir::Element element, double number);

// "[150, 4]".
std::string ShapeText(const std::vector<int64_t>& shape);

Tensor FromIr(const ir::Tensor& tensor);
ir::Tensor ToIr(const Tensor& tensor);

// bfloat16 and IEEE half precision, rounding to nearest even.
float FloatOfBF16(uint16_t bits);
uint16_t BF16OfFloat(float value);
float FloatOfF16(uint16_t bits);

}  // namespace nnc::runtime
