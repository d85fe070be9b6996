// Movements: each result element is an operand element, or a zero of padding.
#include "ir/evaluate/rules.h"
#include "ir/evaluate/walk.h"

namespace nnc::ir {

namespace {

// A view of a tensor: the element at index i is number base + i . strides.
struct View {
  int64_t base = 0;
  Strides strides;
};

// to[to_view at i] = from[from_view at i] for every index i of `extents`.
void Copy(const Extents& extents, const Tensor& from, const View& from_view, Tensor& to, const View& to_view) {
  std::visit(
      [&]<class T>(std::vector<T>& target) {
        const auto& source = std::get<std::vector<T>>(from.data);
        for (Walk<2> walk(extents, {from_view.strides, to_view.strides}); !walk.done(); walk.Next()) {
          target[to_view.base + walk.offset(1)] = source[from_view.base + walk.offset(0)];
        }
      },
      to.data);
}

// The node's result, read from `x` through `view`.
Tensor Gather(const Node& node, const Tensor& x, const View& view) {
  Tensor result = ResultOf(node);
  Copy(result.shape, x, view, result, {0, RowMajor(result.shape)});
  return result;
}

int64_t Axis(const Node& node) { return node.attribute<int64_t>(AttributeKey::kAxis); }

// A tensor of `shape` along its windows: a step to the next window, or to the next place in one, steps along the axis.
Strides AlongWindows(const Node& node, const Extents& shape) {
  Strides strides = RowMajor(shape);
  const int64_t one = strides[Axis(node)];
  strides[Axis(node)] *= node.attribute<int64_t>(AttributeKey::kStride);
  strides[Axis(node) + 1] += node.attribute<int64_t>(AttributeKey::kDilation) * one;
  return strides;
}

}  // namespace

Tensor EvalReshape(const Node& node, const Operands& operands) {
  Tensor result = *operands[0];
  result.shape = Values(node.type.shape);
  return result;
}

Tensor EvalTranspose(const Node& node, const Operands& operands) {
  Strides strides = RowMajor(operands[0]->shape), permuted;
  for (int64_t axis : node.attribute<std::vector<int64_t>>(AttributeKey::kAxes)) permuted.push_back(strides[axis]);
  return Gather(node, *operands[0], {0, permuted});
}

Tensor EvalBroadcast(const Node& node, const Operands& operands) {
  return Gather(node, *operands[0], {0, BroadcastStrides(operands[0]->shape, Values(node.type.shape))});
}

Tensor EvalSlice(const Node& node, const Operands& operands) {
  Strides strides = RowMajor(operands[0]->shape);
  int64_t base = node.attribute<Dim>(AttributeKey::kStart).value() * strides[Axis(node)];
  return Gather(node, *operands[0], {base, strides});
}

Tensor EvalPad(const Node& node, const Operands& operands) {
  const Tensor& x = *operands[0];
  Tensor result = ResultOf(node);
  Strides strides = RowMajor(result.shape);
  int64_t base = node.attribute<Dim>(AttributeKey::kLow).value() * strides[Axis(node)];
  Copy(x.shape, x, {0, RowMajor(x.shape)}, result, {base, strides});
  return result;
}

Tensor EvalConcat(const Node& node, const Operands& operands) {
  Tensor result = ResultOf(node);
  View place{0, RowMajor(result.shape)};
  for (const Tensor* part : operands) {
    Copy(part->shape, *part, {0, RowMajor(part->shape)}, result, place);
    place.base += part->shape[Axis(node)] * place.strides[Axis(node)];
  }
  return result;
}

Tensor EvalReverse(const Node& node, const Operands& operands) {
  View backwards{0, RowMajor(operands[0]->shape)};
  int64_t& stride = backwards.strides[Axis(node)];
  backwards.base = (operands[0]->shape[Axis(node)] - 1) * stride;
  stride = -stride;
  return Gather(node, *operands[0], backwards);
}

Tensor EvalShear(const Node& node, const Operands& operands) {
  return Gather(node, *operands[0], {0, AlongWindows(node, operands[0]->shape)});
}

Tensor EvalUnshear(const Node& node, const Operands& operands) {
  const Tensor& x = *operands[0];
  Tensor result = ResultOf(node);
  Copy(x.shape, x, {0, RowMajor(x.shape)}, result, {0, AlongWindows(node, result.shape)});
  return result;
}

}  // namespace nnc::ir
