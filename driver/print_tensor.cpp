#include "driver/print_tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace nnc::driver {
namespace {

constexpr int64_t kMaxElements = 1000, kEdge = 3;

std::string WithPoint(std::string text) {
  bool integral = text.find_first_not_of("-0123456789") == std::string::npos;
  return integral ? text + ".0" : text;
}

std::string ElementText(const runtime::Tensor& tensor, int64_t i) {
  switch (tensor.element()) {
    case ir::Element::kF32:
    case ir::Element::kBF16:
      return WithPoint(fmt::format("{}", static_cast<float>(tensor.number(i))));
    case ir::Element::kF64:
      return WithPoint(fmt::format("{}", tensor.number(i)));
    case ir::Element::kI64:
      return fmt::format("{}", tensor.as<int64_t>()[static_cast<size_t>(i)]);
    case ir::Element::kI32:
    case ir::Element::kU8:
      return fmt::format("{}", static_cast<int64_t>(tensor.number(i)));
    case ir::Element::kBool:
      return tensor.number(i) != 0 ? "true" : "false";
  }
  return "";
}

class TensorPrinter {
 public:
  explicit TensorPrinter(const runtime::Tensor& tensor)
      : tensor_(tensor), shape_(tensor.shape()), shortened_(tensor.elements() > kMaxElements) {}

  std::string Print() {
    Visit(0, 0, [&](int64_t i) { width_ = std::max(width_, ElementText(tensor_, i).size()); });
    Write(0, 0);
    return std::move(text_);
  }

 private:
  // The indices along an axis that are shown; -1 stands for those left out.
  std::vector<int64_t> Shown(size_t axis) const {
    int64_t size = shape_[axis];
    std::vector<int64_t> indices;
    for (int64_t i = 0; i < size; ++i) {
      bool left_out = shortened_ && size > 2 * kEdge && i >= kEdge && i < size - kEdge;
      if (!left_out) indices.push_back(i);
      if (left_out && i == kEdge) indices.push_back(-1);
    }
    return indices;
  }

  // Calls `f` with the number of each element that is shown below element `offset` of the first `axis` axes.
  template <class F>
  void Visit(size_t axis, int64_t offset, F f) {
    if (axis == shape_.size()) return f(offset);
    for (int64_t i : Shown(axis)) {
      if (i >= 0) Visit(axis + 1, offset * shape_[axis] + i, f);
    }
  }

  void Write(size_t axis, int64_t offset) {
    if (axis == shape_.size()) {
      text_ += fmt::format("{:>{}}", ElementText(tensor_, offset), shape_.empty() ? 0 : width_);
      return;
    }
    // Rows stand below one another, matrices with an empty line between them.
    std::string between = axis + 1 == shape_.size() ? ", " : "," + std::string(shape_.size() - 1 - axis, '\n');
    if (axis + 1 < shape_.size()) between += std::string(axis + 1, ' ');
    text_ += '[';
    bool first = true;
    for (int64_t i : Shown(axis)) {
      if (!std::exchange(first, false)) text_ += between;
      i < 0 ? void(text_ += "...") : Write(axis + 1, offset * shape_[axis] + i);
    }
    text_ += ']';
  }

  const runtime::Tensor& tensor_;
  const std::vector<int64_t>& shape_;
  bool shortened_;
  size_t width_ = 0;
  std::string text_;
};

}  // namespace

std::string TensorText(const runtime::Tensor& tensor) { return TensorPrinter(tensor).Print() + "\n"; }

}  // namespace nnc::driver
