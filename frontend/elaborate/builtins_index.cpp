// Functions that read and write by ids, and those along the lines of an axis: gather, slice, sort, cumsum.
#include <fmt/format.h>

#include "frontend/elaborate/builtins.h"
#include "frontend/elaborate/flat_index.h"

namespace nnc {
namespace {

using ir::Dim;
using ir::Op;
using ir::Shape;
using K = ir::AttributeKey;

FlatIndex IndexAt(BuiltinCall& call) { return {call.elaborator, call.frame, call.span}; }

const Dim& SizeAlong(const BuiltinCall& call, ir::Value x, int64_t axis) {
  return TypeAt(call, x).shape[static_cast<size_t>(axis)];
}

std::optional<bool> FlagAt(BuiltinCall& call, size_t i, bool fallback) {
  if (!call.given(i)) return fallback;
  return call.elaborator.WantBool(call.frame, call.at(i), call.value(i), call.builtin.params[i].name);
}

Value CallTake(BuiltinCall& call) { return ApplyAt(call, Op::kTake, {call.value(0), call.value(1)}); }

// Whether argument `i` holds integers that can point into `x` along `axis`: of its rank, and along the other axes no
// longer than it.
bool CheckIds(BuiltinCall& call, size_t i, ir::Value ids, ir::Value x, int64_t axis) {
  const ir::Type &of = TypeAt(call, ids), &into = TypeAt(call, x);
  if (!ir::IsInteger(of.element)) {
    FailAt(call, i, DiagnosticKind::kTypeMismatch,
           fmt::format("`{}` needs integer ids, not {}", call.builtin.name, ir::ToString(of)),
           "convert them by name: `int(...)`");
    return false;
  }
  if (of.rank() != into.rank()) {
    FailAt(call, i, DiagnosticKind::kRankMismatch,
           fmt::format("`{}` along an axis of {} needs ids of as many axes, not {}", call.builtin.name,
                       ir::ToString(into), ir::ToString(of)),
           "rows by ids of any shape are `take(x, ids)`");
    return false;
  }
  for (int64_t other = 0; other < of.rank(); ++other) {
    Dim left = SizeAlong(call, x, other) - SizeAlong(call, ids, other);
    if (other == axis || (left.is_constant() && left.value() >= 0)) continue;
    FailAt(call, i, DiagnosticKind::kShapeMismatch,
           fmt::format("`{}` along axis {} of {} with ids {}: axis {} is {} in one and {} in the other",
                       call.builtin.name, axis, ir::ToString(into), ir::ToString(of), other,
                       SizeAlong(call, x, other).str(), SizeAlong(call, ids, other).str()));
    return false;
  }
  return true;
}

// gather(x, ids, axis: 1), or in PyTorch's order gather(x, 1, ids).
Value CallGather(BuiltinCall& call) {
  if (call.value(1).AsInt()) std::swap(call.arguments[1], call.arguments[2]);
  std::optional<ir::Value> x = TensorAt(call, 0), ids = TensorAt(call, 1);
  if (!x || !ids) return {};
  auto axis = call.elaborator.WantAxis(call.frame, call.at(2), call.value(2), TypeAt(call, *x).rank());
  if (!axis || !CheckIds(call, 1, *ids, *x, *axis)) return {};
  return IndexAt(call).Gather(Value::Tensor(*x), Value::Tensor(*ids), *axis);
}

// Without `axis` whole rows are added; with it single elements: scatter_add(base, ids, values, axis: 1), or in
// PyTorch's order scatter_add(base, 1, ids, values).
Value CallScatterAdd(BuiltinCall& call) {
  if (!call.given(3)) return ApplyAt(call, Op::kScatterAdd, {call.value(0), call.value(1), call.value(2)});
  if (call.value(1).AsInt()) std::rotate(call.arguments.begin() + 1, call.arguments.begin() + 2, call.arguments.end());
  std::optional<ir::Value> base = TensorAt(call, 0), ids = TensorAt(call, 1), values = TensorAt(call, 2);
  if (!base || !ids || !values) return {};
  auto axis = call.elaborator.WantAxis(call.frame, call.at(3), call.value(3), TypeAt(call, *base).rank());
  if (!axis || !CheckIds(call, 1, *ids, *base, *axis)) return {};
  const ir::Type wanted(TypeAt(call, *base).element, TypeAt(call, *ids).shape);
  if (TypeAt(call, *values) != wanted) {
    return FailAt(
        call, 2, DiagnosticKind::kShapeMismatch,
        fmt::format("`scatter_add` into {} needs a value for each id, {}, not {}", ir::ToString(TypeAt(call, *base)),
                    ir::ToString(wanted), ir::ToString(TypeAt(call, *values))));
  }
  return IndexAt(call).ScatterAdd(Value::Tensor(*base), Value::Tensor(*ids), Value::Tensor(*values), *axis);
}

// The starts of `slice` as one value for each axis: a list, a tensor of them, or one for a vector.
std::optional<std::vector<Value>> StartsAt(BuiltinCall& call, size_t rank) {
  const Value& given = call.value(1);
  std::vector<Value> starts = given.AsList()    ? *given.AsList()
                              : given.AsTuple() ? *given.AsTuple()
                                                : std::vector{given};
  const ir::Value* tensor = given.AsTensor();
  if (tensor && TypeAt(call, *tensor).shape == Shape{Dim(static_cast<int64_t>(rank))}) {
    starts.clear();
    for (size_t i = 0; i < rank; ++i) {
      Value one = Slice(call, *tensor, 0, Dim(static_cast<int64_t>(i)), Dim(static_cast<int64_t>(i) + 1));
      starts.push_back(Reshape(call, *one.AsTensor(), {}));
    }
  }
  for (const Value& start : starts) {
    bool integer = start.AsInt() || (start.AsTensor() && TypeAt(call, *start.AsTensor()).is_scalar() &&
                                     ir::IsInteger(TypeAt(call, *start.AsTensor()).element));
    if (integer) continue;
    FailAt(call, 1, DiagnosticKind::kTypeMismatch,
           fmt::format("a start is an int or an integer scalar, not {}", call.elaborator.Describe(call.frame, start)));
    return std::nullopt;
  }
  return starts;
}

// Whether a part of `size` from `start` on fits into `whole`, as far as that is known.
bool FitsInto(BuiltinCall& call, const Value& start, const Dim& size, const Dim& whole) {
  Dim first = start.AsInt() ? *start.AsInt() : Dim(0), left = whole - first - size;
  auto negative = [](const Dim& dim) { return dim.is_constant() && dim.value() < 0; };
  if (!negative(first) && !negative(size) && !negative(left)) return true;
  FailAt(call, negative(first) ? 1 : 2, DiagnosticKind::kBadIndex,
         fmt::format("a slice of {} from {} on is outside a dimension of {}", size.str(), first.str(), whole.str()));
  return false;
}

// slice(x, [i, 0], [1, 5]): a part of constant size that begins where tensors say.
Value CallSlice(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  const Shape whole = TypeAt(call, *x).shape;
  auto starts = StartsAt(call, whole.size());
  auto sizes = call.elaborator.WantShape(call.frame, call.at(2), call.value(2), "`sizes`");
  if (!starts || !sizes) return {};
  if (starts->size() != whole.size() || sizes->size() != whole.size()) {
    return FailAt(call, starts->size() != whole.size() ? 1 : 2, DiagnosticKind::kRankMismatch,
                  fmt::format("`slice` of {} needs {} starts and sizes, not {} and {}", ir::ToString(TypeAt(call, *x)),
                              whole.size(), starts->size(), sizes->size()));
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    if (!FitsInto(call, (*starts)[i], (*sizes)[i], whole[i])) return {};
  }
  return IndexAt(call).Slice(Value::Tensor(*x), *starts, *sizes);
}

Value CallCumSum(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  auto axis = call.elaborator.WantAxis(call.frame, call.at(1), call.value(1), TypeAt(call, *x).rank());
  return axis ? ApplyAt(call, Op::kCumSum, {Value::Tensor(*x)}, {{K::kAxis, *axis}}) : Value();
}

// What sorting along an axis needs; the axis is the last where none is named.
struct Sorting {
  ir::Value x, order;
  int64_t axis;
};

std::optional<Sorting> SortAlong(BuiltinCall& call, size_t axis_argument, bool descending) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return std::nullopt;
  Value last = Value::Int(-1);
  auto axis =
      call.elaborator.WantAxis(call.frame, call.at(axis_argument),
                               call.given(axis_argument) ? call.value(axis_argument) : last, TypeAt(call, *x).rank());
  if (!axis) return std::nullopt;
  Value order = ApplyAt(call, Op::kArgSort, {Value::Tensor(*x)}, {{K::kAxis, *axis}, {K::kDescending, descending}});
  if (order.poison()) return std::nullopt;
  return Sorting{*x, *order.AsTensor(), *axis};
}

Value CallArgSort(BuiltinCall& call) {
  std::optional<bool> descending = FlagAt(call, 2, false);
  auto sorting = descending ? SortAlong(call, 1, *descending) : std::nullopt;
  return sorting ? Value::Tensor(sorting->order) : Value();
}

// A tuple of the elements at `order` and of `order`: the elements are gathered, and so have a derivative.
Value WithElements(BuiltinCall& call, const Sorting& sorting, const Value& order) {
  if (order.poison()) return order;
  return Value::Tuple({IndexAt(call).Gather(Value::Tensor(sorting.x), order, sorting.axis), order});
}

Value CallSort(BuiltinCall& call) {
  std::optional<bool> descending = FlagAt(call, 2, false);
  auto sorting = descending ? SortAlong(call, 1, *descending) : std::nullopt;
  return sorting ? WithElements(call, *sorting, Value::Tensor(sorting->order)) : Value();
}

Value CallTopK(BuiltinCall& call) {
  auto k = call.elaborator.WantInt(call.frame, call.at(1), call.value(1), "`k`");
  std::optional<bool> largest = FlagAt(call, 3, true);
  auto sorting = k && largest ? SortAlong(call, 2, *largest) : std::nullopt;
  if (!sorting) return {};
  const Dim size = SizeAlong(call, sorting->order, sorting->axis), left = size - *k;
  if ((k->is_constant() && k->value() < 0) || (left.is_constant() && left.value() < 0)) {
    return FailAt(call, 1, DiagnosticKind::kBadIndex,
                  fmt::format("the first {} of an axis of {}", k->str(), size.str()));
  }
  return WithElements(call, *sorting, Slice(call, sorting->order, sorting->axis, Dim(0), *k));
}

}  // namespace

std::vector<Builtin> IndexBuiltins() {
  return {{"take", {{"table"}, {"ids"}}, CallTake},
          {"gather", {{"x"}, {"ids"}, {"axis"}}, CallGather},
          {"scatter_add", {{"base"}, {"ids"}, {"rows"}, {"axis", false}}, CallScatterAdd},
          {"slice", {{"x"}, {"starts"}, {"sizes"}}, CallSlice},
          {"cumsum", {{"x"}, {"axis"}}, CallCumSum},
          {"argsort", {{"x"}, {"axis", false}, {"descending", false}}, CallArgSort},
          {"sort", {{"x"}, {"axis", false}, {"descending", false}}, CallSort},
          {"topk", {{"x"}, {"k"}, {"axis", false}, {"largest", false}}, CallTopK}};
}

}  // namespace nnc
