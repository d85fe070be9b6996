#include "ir/builder.h"

#include <algorithm>
#include <numeric>

namespace nnc::ir {

namespace {

int64_t FromFront(int64_t axis, int64_t rank) { return axis < 0 ? axis + rank : axis; }

}  // namespace

Value Builder::Argument(std::string name, Type type) {
  Node node;
  node.op = Op::kArgument;
  node.type = std::move(type);
  node.name = std::move(name);
  node.span = span;
  return function_.Append(std::move(node));
}

Value Builder::Apply(Op op, std::vector<Value> operands, Attributes attributes, std::string name) {
  std::string form = FormError(op, operands.size(), attributes);
  if (!form.empty()) throw std::logic_error(form);
  std::vector<Type> types;
  types.reserve(operands.size());
  for (Value operand : operands) types.push_back(type(operand));
  auto result = InferType(op, types, attributes);
  if (auto* error = std::get_if<TypeError>(&result)) throw BuildError(std::move(*error));
  return function_.Append({op, std::move(operands), std::move(attributes), std::get<Type>(std::move(result)),
                           std::move(name), span, origin, part});
}

Value Builder::Constant(double value, Element element, Shape shape) {
  return Apply(
      Op::kConstant, {},
      {{AttributeKey::kValue, value}, {AttributeKey::kElement, element}, {AttributeKey::kShape, std::move(shape)}});
}

Value Builder::Iota(Shape shape, int64_t axis) {
  return Apply(Op::kIota, {}, {{AttributeKey::kShape, std::move(shape)}, {AttributeKey::kAxis, axis}});
}

Value Builder::Uniform(Value key, Element element, Shape shape) {
  return Apply(Op::kUniform, {key}, {{AttributeKey::kElement, element}, {AttributeKey::kShape, std::move(shape)}});
}

Value Builder::Cast(Value x, Element element) {
  if (type(x).element == element) return x;
  return Apply(Op::kCast, {x}, {{AttributeKey::kElement, element}});
}

Value Builder::Reduce(Op op, Value x, std::vector<int64_t> axes, bool keepdims) {
  if (axes.empty()) return x;
  for (int64_t& axis : axes) axis = FromFront(axis, type(x).rank());
  std::sort(axes.begin(), axes.end());
  return Apply(op, {x}, {{AttributeKey::kAxes, std::move(axes)}, {AttributeKey::kKeepdims, keepdims}});
}

Value Builder::ReduceAll(Op op, Value x) {
  std::vector<int64_t> axes(type(x).shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  return Reduce(op, x, std::move(axes));
}

Value Builder::ArgMax(Value x, int64_t axis, bool keepdims) {
  return Apply(Op::kArgMax, {x},
               {{AttributeKey::kAxis, FromFront(axis, type(x).rank())}, {AttributeKey::kKeepdims, keepdims}});
}

Value Builder::Reshape(Value x, Shape shape) {
  if (type(x).shape == shape) return x;
  return Apply(Op::kReshape, {x}, {{AttributeKey::kShape, std::move(shape)}});
}

Value Builder::Transpose(Value x, std::vector<int64_t> axes) {
  return Apply(Op::kTranspose, {x}, {{AttributeKey::kAxes, std::move(axes)}});
}

Value Builder::Broadcast(Value x, Shape shape) {
  if (type(x).shape == shape) return x;
  return Apply(Op::kBroadcast, {x}, {{AttributeKey::kShape, std::move(shape)}});
}

Value Builder::Slice(Value x, int64_t axis, Dim start, Dim limit) {
  return Apply(Op::kSlice, {x},
               {{AttributeKey::kAxis, FromFront(axis, type(x).rank())},
                {AttributeKey::kStart, std::move(start)},
                {AttributeKey::kLimit, std::move(limit)}});
}

Value Builder::Pad(Value x, int64_t axis, Dim low, Dim high) {
  return Apply(Op::kPad, {x},
               {{AttributeKey::kAxis, FromFront(axis, type(x).rank())},
                {AttributeKey::kLow, std::move(low)},
                {AttributeKey::kHigh, std::move(high)}});
}

Value Builder::Concat(std::vector<Value> parts, int64_t axis) {
  int64_t from_front = parts.empty() ? axis : FromFront(axis, type(parts[0]).rank());
  return Apply(Op::kConcat, std::move(parts), {{AttributeKey::kAxis, from_front}});
}

Value Builder::Reverse(Value x, int64_t axis) {
  return Apply(Op::kReverse, {x}, {{AttributeKey::kAxis, FromFront(axis, type(x).rank())}});
}

Value Builder::CumSum(Value x, int64_t axis) {
  return Apply(Op::kCumSum, {x}, {{AttributeKey::kAxis, FromFront(axis, type(x).rank())}});
}

Value Builder::ArgSort(Value x, int64_t axis, bool descending) {
  return Apply(Op::kArgSort, {x},
               {{AttributeKey::kAxis, FromFront(axis, type(x).rank())}, {AttributeKey::kDescending, descending}});
}

Value Builder::Part(Value tuple, size_t index) {
  return Apply(Op::kPart, {tuple}, {{AttributeKey::kIndex, static_cast<int64_t>(index)}});
}

Value Builder::Shear(Value x, int64_t axis, int64_t stride, int64_t dilation) {
  return Apply(Op::kShear, {x},
               {{AttributeKey::kAxis, axis}, {AttributeKey::kStride, stride}, {AttributeKey::kDilation, dilation}});
}

Value Builder::Unshear(Value x, int64_t axis, int64_t stride, int64_t dilation, Dim length) {
  return Apply(Op::kUnshear, {x},
               {{AttributeKey::kAxis, axis},
                {AttributeKey::kStride, stride},
                {AttributeKey::kDilation, dilation},
                {AttributeKey::kLength, std::move(length)}});
}

Value Builder::MatMul(Value a, Value b, bool transpose_a, bool transpose_b) {
  return Apply(Op::kMatMul, {a, b},
               {{AttributeKey::kTransposeA, transpose_a}, {AttributeKey::kTransposeB, transpose_b}});
}

}  // namespace nnc::ir
