// Ops along the lines of one axis.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ir/evaluate/rules.h"
#include "ir/evaluate/walk.h"

namespace nnc::ir {

namespace {

// Calls visit(first, stride, count) for each line of `x` along the node's axis: where its elements lie.
template <class Visit>
void ForEachLine(const Node& node, const Tensor& x, Visit visit) {
  auto axis = static_cast<size_t>(node.attribute<int64_t>(AttributeKey::kAxis));
  Strides strides = RowMajor(x.shape);
  Extents starts = x.shape;
  starts[axis] = 1;
  for (Walk<1> walk(starts, {strides}); !walk.done(); walk.Next()) visit(walk.offset(), strides[axis], x.shape[axis]);
}

bool IsNan(double x) { return std::isnan(x); }
bool IsNan(int64_t) { return false; }

// The order of sorting: NaN is greater than every number and equal to itself.
template <class T>
bool Less(T a, T b) {
  return a < b || (IsNan(b) && !IsNan(a));
}

}  // namespace

Tensor EvalCumSum(const Node& node, const Operands& operands) {
  Tensor result = *operands[0];
  std::visit(
      [&]<class T>(std::vector<T>& values) {
        ForEachLine(node, result, [&](int64_t first, int64_t stride, int64_t count) {
          for (int64_t i = 1; i < count; ++i) {
            T& value = values[first + i * stride];
            value = Sum(result.element, values[first + (i - 1) * stride], value);
          }
        });
      },
      result.data);
  return result;
}

Tensor EvalArgSort(const Node& node, const Operands& operands) {
  Tensor result = ResultOf(node);
  bool descending = node.attribute<bool>(AttributeKey::kDescending);
  std::visit(
      [&]<class T>(const std::vector<T>& values) {
        ForEachLine(node, *operands[0], [&](int64_t first, int64_t stride, int64_t count) {
          std::vector<int64_t> order(static_cast<size_t>(count));
          std::iota(order.begin(), order.end(), 0);
          std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
            T a = values[first + i * stride], b = values[first + j * stride];
            return descending ? Less(b, a) : Less(a, b);
          });
          for (int64_t i = 0; i < count; ++i) result.ints()[first + i * stride] = order[i];
        });
      },
      operands[0]->data);
  return result;
}

}  // namespace nnc::ir
