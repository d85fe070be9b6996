// Reductions.
#include <cmath>
#include <functional>
#include <limits>

#include "ir/evaluate/rules.h"
#include "ir/evaluate/walk.h"

namespace nnc::ir {

namespace {

// The strides by which the elements of `x` find their place in a result that lacks `axes`, kept or not.
Strides FoldedStrides(const Extents& x, const std::vector<int64_t>& axes) {
  Extents kept = x;
  for (int64_t axis : axes) kept[axis] = 1;
  return BroadcastStrides(kept, x);
}

// result[place of i] = fold(result[place of i], x[i]) in row-major order of i, from `neutral`. T is double or int64_t.
template <class T, class F>
Tensor Fold(const Node& node, const Tensor& x, T neutral, F fold) {
  Tensor result = ResultOf(node);
  auto& to = std::get<std::vector<T>>(result.data);
  to.assign(to.size(), neutral);
  auto from = std::get<std::vector<T>>(x.data).begin();
  Strides strides = FoldedStrides(x.shape, node.attribute<std::vector<int64_t>>(AttributeKey::kAxes));
  for (Walk<1> walk(x.shape, {strides}); !walk.done(); walk.Next()) {
    to[walk.offset()] = fold(to[walk.offset()], *from++);
  }
  if constexpr (std::is_same_v<T, int64_t>) {
    for (int64_t& value : to) value = Wrap(result.element, value);
  }
  return result;
}

template <class F>
Tensor FoldRing(const Node& node, const Tensor& x, int neutral, F fold) {
  if (IsFloat(x.element)) return Fold<double>(node, x, neutral, fold);
  return Fold<int64_t>(node, x, neutral, [fold](int64_t a, int64_t b) {
    return static_cast<int64_t>(fold(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
  });
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

Tensor EvalReduceSum(const Node& node, const Operands& operands) {
  return FoldRing(node, *operands[0], 0, std::plus<>());
}

Tensor EvalReduceProd(const Node& node, const Operands& operands) {
  return FoldRing(node, *operands[0], 1, std::multiplies<>());
}

Tensor EvalReduceMax(const Node& node, const Operands& operands) {
  const Tensor& x = *operands[0];
  if (!IsFloat(x.element)) {
    return Fold<int64_t>(node, x, LeastInteger(x.element), [](int64_t a, int64_t b) { return std::max(a, b); });
  }
  return Fold<double>(node, x, -kInfinity, [](double a, double b) { return std::isnan(a) || a > b ? a : b; });
}

Tensor EvalReduceMin(const Node& node, const Operands& operands) {
  const Tensor& x = *operands[0];
  if (!IsFloat(x.element)) {
    return Fold<int64_t>(node, x, GreatestInteger(x.element), [](int64_t a, int64_t b) { return std::min(a, b); });
  }
  return Fold<double>(node, x, kInfinity, [](double a, double b) { return std::isnan(a) || a < b ? a : b; });
}

Tensor EvalArgMax(const Node& node, const Operands& operands) {
  const Tensor& x = *operands[0];
  Tensor result = ResultOf(node);
  auto axis = node.attribute<int64_t>(AttributeKey::kAxis);
  Strides index_along_axis(x.shape.size());
  index_along_axis[axis] = 1;
  std::visit(
      [&]<class T>(const std::vector<T>& from) {
        std::vector<T> best(result.ints().size());
        Walk<2> walk(x.shape, {FoldedStrides(x.shape, {axis}), index_along_axis});
        for (T value : from) {
          int64_t place = walk.offset(0), index = walk.offset(1);
          bool wins = value > best[place] || (value != value && best[place] == best[place]);  // NaN is not itself
          if (index == 0 || wins) {
            best[place] = value;
            result.ints()[place] = index;
          }
          walk.Next();
        }
      },
      x.data);
  return result;
}

}  // namespace nnc::ir
