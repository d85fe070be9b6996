// Functions that make tensors from shapes.
#include <fmt/format.h>

#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using ir::Dim;
using ir::Element;
using ir::Op;
using ir::Shape;
using K = ir::AttributeKey;

std::optional<Shape> ShapeAt(BuiltinCall& call, size_t i) {
  if (!call.given(i)) return Shape{};
  return call.elaborator.WantShape(call.frame, call.at(i), call.value(i), "`shape`");
}

Value CallZerosOnes(BuiltinCall& call) {
  std::optional<Shape> shape = ShapeAt(call, 0);
  if (!shape) return {};
  double value = call.builtin.name == "ones" ? 1.0 : 0.0;
  return ApplyAt(call, Op::kConstant, {}, {{K::kValue, value}, {K::kElement, Element::kF32}, {K::kShape, *shape}});
}

Value CallFull(BuiltinCall& call) {
  std::optional<Shape> shape = ShapeAt(call, 0);
  std::optional<ir::Value> value = TensorAt(call, 1);
  if (!shape || !value) return {};
  if (!TypeAt(call, *value).is_scalar()) {
    return FailAt(call, 1, DiagnosticKind::kNotScalar,
                  fmt::format("`full` needs one number, got {}", call.elaborator.Describe(call.frame, call.value(1))));
  }
  return shape->empty() ? Value::Tensor(*value)
                        : ApplyAt(call, Op::kBroadcast, {Value::Tensor(*value)}, {{K::kShape, *shape}});
}

// A tensor of the type of `x`, every element `value`.
Value FullLike(BuiltinCall& call, const Value& value, Span span) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  const ir::Type type = TypeAt(call, *x);
  Value number = call.elaborator.ToTensor(call.frame, span, value, type.element);
  if (number.poison()) return number;
  if (TypeAt(call, *number.AsTensor()) != ir::Type(type.element)) {
    return call.elaborator.Fail(call.frame, DiagnosticKind::kNotScalar, span,
                                fmt::format("`full_like` needs one number of type {}, got {}", ir::Name(type.element),
                                            call.elaborator.Describe(call.frame, number)));
  }
  if (type.is_scalar()) return number;
  return ApplyAt(call, Op::kBroadcast, {number}, {{K::kShape, type.shape}});
}

Value CallFullLike(BuiltinCall& call) { return FullLike(call, call.value(1), call.at(1)); }

Value CallZerosOnesLike(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  bool one = call.builtin.name == "ones_like";
  Element element = TypeAt(call, *x).element;
  Value number = ir::IsFloat(element)        ? Value(one ? 1.0 : 0.0)
                 : element == Element::kBool ? Value(one)
                                             : Value::Int(one);
  return FullLike(call, number, call.span);
}

// How many numbers start, start + step, ... lie before `end`; nullopt where step is 0.
std::optional<Dim> CountSteps(const Dim& start, const Dim& end, int64_t step) {
  if (step == 0) return std::nullopt;
  Dim count =
      step > 0 ? FloorDiv(end - start + Dim(step - 1), Dim(step)) : FloorDiv(start - end + Dim(-step - 1), Dim(-step));
  return count.is_constant() && count.value() < 0 ? Dim(0) : count;
}

// arange(end), arange(start, end) or arange(start, end, step), as torch.arange; i32.
Value CallArange(BuiltinCall& call) {
  Elaborator& elaborator = call.elaborator;
  auto first = elaborator.WantInt(call.frame, call.at(0), call.value(0), call.given(1) ? "`start`" : "`end`");
  auto second =
      call.given(1) ? elaborator.WantInt(call.frame, call.at(1), call.value(1), "`end`") : std::optional(Dim(0));
  auto step = call.given(2) ? elaborator.WantConstant(call.frame, call.at(2), call.value(2), "`step`")
                            : std::optional<int64_t>(1);
  if (!first || !second || !step) return {};
  Dim start = call.given(1) ? *first : Dim(0);
  Dim end = call.given(1) ? *second : *first;
  std::optional<Dim> count = CountSteps(start, end, *step);
  if (!count) return FailAt(call, 2, DiagnosticKind::kStaticArithmetic, "`arange` needs a step other than 0");
  Value numbers = ApplyAt(call, Op::kIota, {}, {{K::kShape, Shape{*count}}, {K::kAxis, int64_t{0}}});
  if (*step != 1) numbers = ApplyAt(call, Op::kMul, {numbers, Value::Int(*step)});
  return start == Dim(0) ? numbers : ApplyAt(call, Op::kAdd, {numbers, Value(start)});
}

Value CallRand(BuiltinCall& call) {
  std::optional<Shape> shape = ShapeAt(call, 0);
  if (!shape) return {};
  Value key = call.elaborator.RandomKey(call.frame, call.span);
  return ApplyAt(call, Op::kUniform, {key}, {{K::kElement, Element::kF32}, {K::kShape, *shape}});
}

}  // namespace

std::vector<Builtin> CreationBuiltins() {
  return {{"zeros", {{"shape"}}, CallZerosOnes},
          {"ones", {{"shape"}}, CallZerosOnes},
          {"full", {{"shape"}, {"value"}}, CallFull},
          {"zeros_like", {{"x"}}, CallZerosOnesLike},
          {"ones_like", {{"x"}}, CallZerosOnesLike},
          {"full_like", {{"x"}, {"value"}}, CallFullLike},
          {"arange", {{"start"}, {"end", false}, {"step", false}}, CallArange},
          {"rand", {{"shape", false}}, CallRand}};
}

}  // namespace nnc
