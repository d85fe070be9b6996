// Functions that move elements without changing them, and those that tell a shape.
#include <fmt/format.h>

#include <numeric>

#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using ir::Dim;
using ir::Op;
using ir::Shape;
using K = ir::AttributeKey;

std::optional<int64_t> AxisAt(BuiltinCall& call, size_t i, int64_t rank, int64_t fallback) {
  if (!call.given(i)) return fallback;
  return call.elaborator.WantAxis(call.frame, call.at(i), call.value(i), rank);
}

std::optional<Shape> ShapeAt(BuiltinCall& call, size_t i) {
  return call.elaborator.WantShape(call.frame, call.at(i), call.value(i),
                                   fmt::format("`{}`", call.builtin.params[i].name));
}

// Replaces a -1 by what is left for that axis.
bool FillUnknown(BuiltinCall& call, const Shape& from, Shape& to) {
  Dim* unknown = nullptr;
  Dim known = 1;
  for (Dim& dim : to) {
    if (dim != Dim(-1)) {
      known = known * dim;
    } else if (unknown) {
      FailAt(call, 1, DiagnosticKind::kBadReshape, "only one dimension can be -1");
      return false;
    } else {
      unknown = &dim;
    }
  }
  if (!unknown) return true;
  Dim total = ir::Product(from);
  bool fits = known != Dim(0) && FloorDiv(total, known) * known == total;
  if (!fits) {
    FailAt(call, 1, DiagnosticKind::kBadReshape,
           fmt::format("no whole number stands for the -1 in {}: {} has {} elements", ir::ToString(to),
                       ir::ToString(from), total.str()));
    return false;
  }
  *unknown = FloorDiv(total, known);
  return true;
}

Value CallReshape(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  std::optional<Shape> shape = ShapeAt(call, 1);
  if (!x || !shape || !FillUnknown(call, TypeAt(call, *x).shape, *shape)) return {};
  return Reshape(call, *x, *shape);
}

Value Transpose(BuiltinCall& call, ir::Value x, const std::vector<int64_t>& axes) {
  return ApplyAt(call, Op::kTranspose, {Value::Tensor(x)}, {{K::kAxes, axes}});
}

// Axes in their own order, all of the rank: [1, 0, 2].
Value PermuteBy(BuiltinCall& call, ir::Value x, const Value& order, Span span) {
  int64_t rank = TypeAt(call, x).rank();
  auto elements = call.elaborator.Elements(order, span, call.frame);
  if (!elements || !call.elaborator.WantAxes(call.frame, span, order, rank)) return {};
  if (static_cast<int64_t>(elements->size()) != rank) {
    return call.elaborator.Fail(call.frame, DiagnosticKind::kBadAxis, span,
                                fmt::format("{} axes for {}", elements->size(), ir::ToString(TypeAt(call, x))),
                                "name every axis once");
  }
  std::vector<int64_t> axes;
  for (const Value& element : *elements) {
    auto axis = call.elaborator.WantAxis(call.frame, span, element, rank);
    if (!axis) return {};
    axes.push_back(*axis);
  }
  return Transpose(call, x, axes);
}

// transpose(x) reverses the axes, transpose(x, [1, 0, 2]) permutes them, transpose(x, 0, 1) swaps two.
Value CallTranspose(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  int64_t rank = TypeAt(call, *x).rank();
  if (call.given(1) && !call.given(2)) return PermuteBy(call, *x, call.value(1), call.at(1));
  std::vector<int64_t> axes(static_cast<size_t>(rank));
  std::iota(axes.begin(), axes.end(), 0);
  if (!call.given(1)) {
    std::reverse(axes.begin(), axes.end());
  } else {
    auto a = AxisAt(call, 1, rank, 0), b = AxisAt(call, 2, rank, 0);
    if (!a || !b) return {};
    std::swap(axes[static_cast<size_t>(*a)], axes[static_cast<size_t>(*b)]);
  }
  return Transpose(call, *x, axes);
}

Value CallPermute(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  return x ? PermuteBy(call, *x, call.value(1), call.at(1)) : Value();
}

// Without `axis`, every axis of size 1 goes; a named axis must have size 1.
Value CallSqueeze(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  const ir::Type type = TypeAt(call, *x);
  std::vector<int64_t> axes;
  if (call.given(1)) {
    auto named = call.elaborator.WantAxes(call.frame, call.at(1), call.value(1), type.rank());
    if (!named) return {};
    axes = *named;
  }
  Shape shape;
  for (int64_t axis = 0; axis < type.rank(); ++axis) {
    const Dim& dim = type.shape[static_cast<size_t>(axis)];
    bool named = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (named && dim != Dim(1)) {
      return FailAt(call, 1, DiagnosticKind::kBadAxis,
                    fmt::format("axis {} of {} has size {}, not 1", axis, ir::ToString(type), dim.str()));
    }
    if (!(named || (axes.empty() && dim == Dim(1)))) shape.push_back(dim);
  }
  return Reshape(call, *x, std::move(shape));
}

Value Unsqueeze(BuiltinCall& call, ir::Value x, int64_t axis) {
  Shape shape = TypeAt(call, x).shape;
  shape.insert(shape.begin() + axis, Dim(1));
  return Reshape(call, x, std::move(shape));
}

Value CallUnsqueeze(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  auto axis = AxisAt(call, 1, TypeAt(call, *x).rank() + 1, 0);
  return axis ? Unsqueeze(call, *x, *axis) : Value();
}

Value CallBroadcastTo(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  std::optional<Shape> shape = ShapeAt(call, 1);
  if (!x || !shape) return {};
  if (TypeAt(call, *x).shape == *shape) return Value::Tensor(*x);
  return ApplyAt(call, Op::kBroadcast, {Value::Tensor(*x)}, {{K::kShape, *shape}});
}

// The tensors of a list; static numbers among them take the element type of the first tensor.
std::optional<std::vector<Value>> TensorsAt(BuiltinCall& call, size_t i) {
  auto elements = call.elaborator.Elements(call.value(i), call.at(i), call.frame);
  if (!elements) return std::nullopt;
  if (elements->empty()) {
    FailAt(call, i, DiagnosticKind::kTypeMismatch, fmt::format("`{}` needs at least one tensor", call.builtin.name));
    return std::nullopt;
  }
  std::optional<ir::Element> wanted;
  for (const Value& element : *elements) {
    if (!wanted && element.AsTensor()) wanted = TypeAt(call, *element.AsTensor()).element;
  }
  for (Value& element : *elements) {
    element = call.elaborator.ToTensor(call.frame, call.at(i), element, wanted);
    if (element.poison()) return std::nullopt;
  }
  return elements;
}

Value CallConcat(BuiltinCall& call) {
  auto parts = TensorsAt(call, 0);
  if (!parts) return {};
  auto axis = AxisAt(call, 1, TypeAt(call, *parts->front().AsTensor()).rank(), 0);
  return axis ? ApplyAt(call, Op::kConcat, *parts, {{K::kAxis, *axis}}) : Value();
}

Value CallStack(BuiltinCall& call) {
  auto parts = TensorsAt(call, 0);
  if (!parts) return {};
  auto axis = AxisAt(call, 1, TypeAt(call, *parts->front().AsTensor()).rank() + 1, 0);
  if (!axis) return {};
  for (Value& part : *parts) {
    const ir::Value tensor = *part.AsTensor();
    if (TypeAt(call, tensor) != TypeAt(call, *parts->front().AsTensor()) && TypeAt(call, tensor).rank() < *axis) {
      return FailAt(call, 0, DiagnosticKind::kRankMismatch,
                    fmt::format("`stack` needs tensors of one rank, got {}", ir::ToString(TypeAt(call, tensor))));
    }
    part = Unsqueeze(call, tensor, *axis);
  }
  return ApplyAt(call, Op::kConcat, *parts, {{K::kAxis, *axis}});
}

// The sizes of the parts of `split`: as listed, or as many of one size as the axis holds and one of what is left.
std::optional<Shape> PartSizes(BuiltinCall& call, const Dim& whole) {
  std::optional<Shape> sizes = ShapeAt(call, 1);
  if (!sizes || call.value(1).AsList()) return sizes;
  const Dim size = sizes->front();
  bool positive = !size.is_constant() || size.value() > 0;
  Dim count = positive ? FloorDiv(whole, size) : Dim(0), rest = whole - count * size;
  if (!positive || !count.is_constant() || !rest.is_constant()) {
    FailAt(call, 1, DiagnosticKind::kShapeMismatch,
           fmt::format("{} does not split into parts of {}", whole.str(), size.str()));
    return std::nullopt;
  }
  Shape parts(static_cast<size_t>(count.value()), size);
  if (rest != Dim(0)) parts.push_back(rest);
  return parts;
}

Value CallSplit(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  auto axis = AxisAt(call, 2, TypeAt(call, *x).rank(), 0);
  if (!axis) return {};
  const Dim whole = TypeAt(call, *x).shape[static_cast<size_t>(*axis)];
  std::optional<Shape> sizes = PartSizes(call, whole);
  if (!sizes) return {};
  Dim total = std::accumulate(sizes->begin(), sizes->end(), Dim(0));
  if (total != whole) {
    return FailAt(call, 1, DiagnosticKind::kShapeMismatch,
                  fmt::format("parts of {} in all for an axis of {}", total.str(), whole.str()));
  }
  std::vector<Value> parts;
  Dim start = 0;
  for (const Dim& size : *sizes) {
    parts.push_back(Slice(call, *x, *axis, start, start + size));
    start = start + size;
  }
  return Value::Tuple(std::move(parts));
}

Value CallFlip(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  auto axes = call.elaborator.WantAxes(call.frame, call.at(1), call.value(1), TypeAt(call, *x).rank());
  if (!axes) return {};
  Value result = Value::Tensor(*x);
  for (int64_t axis : *axes) result = ApplyAt(call, Op::kReverse, {result}, {{K::kAxis, axis}});
  return result;
}

// One axis with `low` and `high` elements of `value` around it.
Value PadAxis(BuiltinCall& call, const Value& x, int64_t axis, const Dim& low, const Dim& high, double value) {
  if (x.poison()) return x;
  if (value == 0.0) return ApplyAt(call, Op::kPad, {x}, {{K::kAxis, axis}, {K::kLow, low}, {K::kHigh, high}});
  const ir::Type type = TypeAt(call, *x.AsTensor());
  auto border = [&](const Dim& size) {
    Shape shape = type.shape;
    shape[static_cast<size_t>(axis)] = size;
    return ApplyAt(call, Op::kConstant, {}, {{K::kValue, value}, {K::kElement, type.element}, {K::kShape, shape}});
  };
  return ApplyAt(call, Op::kConcat, {border(low), x, border(high)}, {{K::kAxis, axis}});
}

// The number that `pad` puts around, in the tensor's element type; 0 where none is given.
std::optional<double> PadValue(BuiltinCall& call, ir::Element element) {
  if (!call.given(2)) return 0.0;
  const Value& value = call.value(2);
  if (ir::IsFloat(element)) return call.elaborator.WantFloat(call.frame, call.at(2), value, "`value`");
  if (element == ir::Element::kBool) return call.elaborator.WantBool(call.frame, call.at(2), value, "`value`");
  return call.elaborator.WantConstant(call.frame, call.at(2), value, "`value`");
}

// Pairs (before, after) from the last axis on, as torch.nn.functional.pad has them.
Value CallPad(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  std::optional<Shape> sizes = ShapeAt(call, 1);
  if (!x || !sizes) return {};
  int64_t rank = TypeAt(call, *x).rank();
  if (sizes->size() % 2 != 0 || static_cast<int64_t>(sizes->size()) > 2 * rank) {
    return FailAt(call, 1, DiagnosticKind::kBadAxis,
                  fmt::format("{} sizes for {}", sizes->size(), ir::ToString(TypeAt(call, *x))),
                  "give two for each axis, the last axis first");
  }
  std::optional<double> value = PadValue(call, TypeAt(call, *x).element);
  if (!value) return {};
  Value result = Value::Tensor(*x);
  for (size_t pair = 0; pair < sizes->size() / 2; ++pair) {
    int64_t axis = rank - 1 - static_cast<int64_t>(pair);
    result = PadAxis(call, result, axis, (*sizes)[2 * pair], (*sizes)[2 * pair + 1], *value);
  }
  return result;
}

Value CallShape(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  std::vector<Value> dims;
  for (const Dim& dim : TypeAt(call, *x).shape) dims.emplace_back(dim);
  return Value::List(std::move(dims));
}

Value CallLen(BuiltinCall& call) {
  auto elements = call.elaborator.Elements(call.value(0), call.at(0), call.frame);
  return elements ? Value::Int(static_cast<int64_t>(elements->size())) : Value();
}

}  // namespace

Value Reshape(BuiltinCall& call, ir::Value x, Shape shape) {
  if (TypeAt(call, x).shape == shape) return Value::Tensor(x);
  return ApplyAt(call, Op::kReshape, {Value::Tensor(x)}, {{K::kShape, std::move(shape)}});
}

Value Slice(BuiltinCall& call, ir::Value x, int64_t axis, Dim start, Dim limit) {
  return ApplyAt(call, Op::kSlice, {Value::Tensor(x)},
                 {{K::kAxis, axis}, {K::kStart, std::move(start)}, {K::kLimit, std::move(limit)}});
}

std::vector<Builtin> ShapeBuiltins() {
  return {{"reshape", {{"x"}, {"shape"}}, CallReshape},
          {"transpose", {{"x"}, {"axis0", false}, {"axis1", false}}, CallTranspose},
          {"permute", {{"x"}, {"axes"}}, CallPermute},
          {"squeeze", {{"x"}, {"axis", false}}, CallSqueeze},
          {"unsqueeze", {{"x"}, {"axis"}}, CallUnsqueeze},
          {"broadcast_to", {{"x"}, {"shape"}}, CallBroadcastTo},
          {"concat", {{"tensors"}, {"axis", false}}, CallConcat},
          {"stack", {{"tensors"}, {"axis", false}}, CallStack},
          {"split", {{"x"}, {"sizes"}, {"axis", false}}, CallSplit},
          {"flip", {{"x"}, {"axis"}}, CallFlip},
          {"pad", {{"x"}, {"sizes"}, {"value", false}}, CallPad},
          {"einsum", {{"pattern"}}, CallEinsum, ExtraArguments::kPositional},
          {"rearrange", {{"pattern"}, {"x"}}, CallRearrange, ExtraArguments::kNamed},
          {"shape", {{"x"}}, CallShape},
          {"len", {{"x"}}, CallLen}};
}

}  // namespace nnc
