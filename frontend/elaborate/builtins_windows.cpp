// Windows that slide along an axis: what convolutions and pooling are written with.
#include <fmt/format.h>

#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using ir::Dim;
using ir::Op;
using ir::Shape;
using K = ir::AttributeKey;

// Argument `i` as a size; -1 where it is none.
Dim SizeAt(BuiltinCall& call, size_t i) {
  const std::string what = fmt::format("`{}`", call.builtin.params[i].name);
  return call.elaborator.WantInt(call.frame, call.at(i), call.value(i), what).value_or(Dim(-1));
}

// Axis, stride and dilation: arguments 1, 3 and 4.
std::optional<ir::Attributes> WindowsAt(BuiltinCall& call, int64_t rank) {
  auto axis = call.elaborator.WantAxis(call.frame, call.at(1), call.value(1), rank);
  if (!axis) return std::nullopt;
  ir::Attributes attributes = {{K::kAxis, *axis}};
  for (auto [i, key] : {std::pair{size_t{3}, K::kStride}, {size_t{4}, K::kDilation}}) {
    std::optional<int64_t> step = 1;
    if (call.given(i)) {
      step = call.elaborator.WantConstant(call.frame, call.at(i), call.value(i),
                                          fmt::format("`{}`", call.builtin.params[i].name));
    }
    if (!step) return std::nullopt;
    attributes.Set(key, *step);
  }
  return attributes;
}

// An axis of L becomes two: the windows, and the `size` places in each. Every place first sees the whole axis.
Value CallWindows(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  const Dim size = SizeAt(call, 2);
  if (!x || size == Dim(-1)) return {};
  auto attributes = WindowsAt(call, TypeAt(call, *x).rank());
  if (!attributes) return {};
  Shape shape = TypeAt(call, *x).shape;
  const auto place = shape.begin() + attributes->Get<int64_t>(K::kAxis) + 1;
  const auto one = shape.insert(place, Dim(1));
  Value copies = Reshape(call, *x, shape);
  *one = size;
  if (!copies.poison()) copies = ApplyAt(call, Op::kBroadcast, {copies}, {{K::kShape, shape}});
  return copies.poison() ? copies : ApplyAt(call, Op::kShear, {copies}, std::move(*attributes));
}

// The way back: the places of all windows are put where they came from on an axis of `length`, and what meets is added.
Value CallOverlapAdd(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  const Dim length = SizeAt(call, 2);
  if (!x || length == Dim(-1)) return {};
  auto attributes = WindowsAt(call, TypeAt(call, *x).rank());
  if (!attributes) return {};
  const auto axis = attributes->Get<int64_t>(K::kAxis);
  attributes->Set(K::kLength, length);
  Value spread = ApplyAt(call, Op::kUnshear, {Value::Tensor(*x)}, std::move(*attributes));
  if (spread.poison()) return spread;
  return ApplyAt(call, Op::kReduceSum, {spread}, {{K::kAxes, std::vector<int64_t>{axis + 1}}, {K::kKeepdims, false}});
}

}  // namespace

std::vector<Builtin> WindowBuiltins() {
  return {{"windows", {{"x"}, {"axis"}, {"size"}, {"stride", false}, {"dilation", false}}, CallWindows},
          {"overlap_add", {{"x"}, {"axis"}, {"length"}, {"stride", false}, {"dilation", false}}, CallOverlapAdd}};
}

}  // namespace nnc
