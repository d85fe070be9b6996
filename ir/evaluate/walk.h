// Walking through index spaces.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nnc::ir {

using Extents = std::vector<int64_t>;
using Strides = std::vector<int64_t>;

// Elements between neighbours along each axis of a row-major tensor.
Strides RowMajor(const Extents& extents);

// The strides by which a tensor of shape `from` is read at the indices of the shape `to` that it broadcasts to: 0 along
// axes that it lacks or stretches.
Strides BroadcastStrides(const Extents& from, const Extents& to);

// Goes through the indices of `extents` in row-major order and keeps, for each of N strided views of that space, the
// offset of the current element.
template <size_t N>
class Walk {
 public:
  Walk(Extents extents, std::array<Strides, N> strides)
      : extents_(std::move(extents)), strides_(std::move(strides)), index_(extents_.size()), left_(1) {
    for (int64_t extent : extents_) left_ *= extent;
  }

  bool done() const { return left_ == 0; }
  int64_t offset(size_t view = 0) const { return offsets_[view]; }

  void Next() {
    --left_;
    for (size_t axis = extents_.size(); axis-- > 0;) {
      Move(axis, 1);
      if (++index_[axis] < extents_[axis]) return;
      Move(axis, -extents_[axis]);
      index_[axis] = 0;
    }
  }

 private:
  void Move(size_t axis, int64_t steps) {
    for (size_t view = 0; view < N; ++view) offsets_[view] += steps * strides_[view][axis];
  }

  Extents extents_;
  std::array<Strides, N> strides_;
  Extents index_;
  std::array<int64_t, N> offsets_{};
  int64_t left_;
};

}  // namespace nnc::ir
