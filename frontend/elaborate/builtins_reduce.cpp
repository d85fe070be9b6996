// Functions that fold axes. `axis` is an int or a list; without it, or with an empty list, all axes are meant.
#include <fmt/format.h>

#include <numeric>

#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using ir::Element;
using ir::Op;
using K = ir::AttributeKey;

std::optional<std::vector<int64_t>> AxesAt(BuiltinCall& call, size_t i, int64_t rank) {
  std::vector<int64_t> all(static_cast<size_t>(rank));
  std::iota(all.begin(), all.end(), 0);
  if (!call.given(i)) return all;
  auto axes = call.elaborator.WantAxes(call.frame, call.at(i), call.value(i), rank);
  return axes && axes->empty() ? all : axes;
}

std::optional<bool> FlagAt(BuiltinCall& call, size_t i) {
  if (!call.given(i)) return false;
  return call.elaborator.WantBool(call.frame, call.at(i), call.value(i), call.builtin.params[i].name);
}

Value CallSum(BuiltinCall& call) { return ApplyReduction(call, Op::kReduceSum, 1, 2); }
Value CallProd(BuiltinCall& call) { return ApplyReduction(call, Op::kReduceProd, 1, 2); }

Value CallAnyAll(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  if (TypeAt(call, *x).element != Element::kBool) {
    return FailAt(
        call, 0, DiagnosticKind::kTypeMismatch,
        fmt::format("`{}` needs bools, got {}", call.builtin.name, call.elaborator.Describe(call.frame, call.value(0))),
        "compare first: x != 0.0");
  }
  return ApplyReduction(call, call.builtin.name == "any" ? Op::kReduceMax : Op::kReduceMin, 1, 2);
}

// The smallest of x is the largest of -x; u8 has no negatives.
std::optional<ir::Value> Negated(BuiltinCall& call, ir::Value x) {
  Value wide = Value::Tensor(x);
  if (TypeAt(call, x).element == Element::kU8) wide = ApplyAt(call, Op::kCast, {wide}, {{K::kElement, Element::kI32}});
  Value negated = ApplyAt(call, Op::kNeg, {wide});
  return negated.AsTensor() ? std::optional(*negated.AsTensor()) : std::nullopt;
}

// Without `axis`, the place in the flattened tensor.
Value CallArg(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  std::optional<bool> keepdims = FlagAt(call, 2);
  if (!x || !keepdims) return {};
  int64_t rank = TypeAt(call, *x).rank();
  if (call.builtin.name == "argmin") x = Negated(call, *x);
  if (!x) return {};
  if (call.given(1)) {
    auto axis = call.elaborator.WantAxis(call.frame, call.at(1), call.value(1), rank);
    if (!axis) return {};
    return ApplyAt(call, Op::kArgMax, {Value::Tensor(*x)}, {{K::kAxis, *axis}, {K::kKeepdims, *keepdims}});
  }
  Value flat = Reshape(call, *x, {ir::Product(TypeAt(call, *x).shape)});
  Value place = ApplyAt(call, Op::kArgMax, {flat}, {{K::kAxis, int64_t{0}}, {K::kKeepdims, false}});
  if (!*keepdims || place.poison()) return place;
  return Reshape(call, *place.AsTensor(), ir::Shape(static_cast<size_t>(rank), ir::Dim(1)));
}

}  // namespace

Value ApplyReduction(BuiltinCall& call, Op op, size_t axis, size_t keepdims) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  auto axes = AxesAt(call, axis, TypeAt(call, *x).rank());
  std::optional<bool> keep = FlagAt(call, keepdims);
  if (!axes || !keep) return {};
  return ApplyAt(call, op, {Value::Tensor(*x)}, {{K::kAxes, *axes}, {K::kKeepdims, *keep}});
}

std::vector<Builtin> ReductionBuiltins() {
  std::vector<BuiltinParam> params = {{"x"}, {"axis", false, true}, {"keepdims", false, true}};
  return {{"sum", params, CallSum},    {"prod", params, CallProd},  {"any", params, CallAnyAll},
          {"all", params, CallAnyAll}, {"argmax", params, CallArg}, {"argmin", params, CallArg}};
}

}  // namespace nnc
