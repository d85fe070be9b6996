// A tensor whose length shows only when its source has been read.
#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "runtime/tensor.h"

namespace nnc::runtime {

// Elements that are appended. They lie in one block of malloc, which grows by doubling: the C library moves the pages
// of a large one, not its bytes, and pages that were never written take no memory, so the peak is the tensor's size.
class GrowingTensor {
 public:
  explicit GrowingTensor(ir::Element element) : element_(element) {}
  ~GrowingTensor() { std::free(bytes_); }
  GrowingTensor(GrowingTensor&& other) noexcept
      : element_(other.element_),
        bytes_(std::exchange(other.bytes_, nullptr)),
        used_(std::exchange(other.used_, 0)),
        held_(std::exchange(other.held_, 0)) {}
  GrowingTensor(const GrowingTensor&) = delete;
  GrowingTensor& operator=(const GrowingTensor&) = delete;

  // A number of the element type's C++ form, as Tensor::as has it.
  template <class T>
  void Append(T number) {
    if (used_ + sizeof(T) > held_) Resize(held_ == 0 ? 4096 : 2 * held_);
    std::memcpy(bytes_ + used_, &number, sizeof(T));
    used_ += sizeof(T);
  }
  int64_t elements() const { return static_cast<int64_t>(used_) / ir::ByteSize(element_); }

  // The elements as a tensor of this shape, which must take them all; nothing is left here.
  Tensor Finish(std::vector<int64_t> shape) {
    Resize(used_ > 0 ? used_ : 1);
    used_ = held_ = 0;
    return Tensor::Owning(element_, std::move(shape), {std::exchange(bytes_, nullptr), std::free});
  }

 private:
  void Resize(size_t held) {
    auto* const moved = static_cast<std::byte*>(std::realloc(bytes_, held));
    if (moved == nullptr) throw std::bad_alloc();
    bytes_ = moved;
    held_ = held;
  }

  ir::Element element_;
  std::byte* bytes_ = nullptr;
  size_t used_ = 0, held_ = 0;
};

}  // namespace nnc::runtime
