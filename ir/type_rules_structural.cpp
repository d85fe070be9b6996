// The rules of reductions, movements, indexing, contractions and derivatives.
#include <fmt/format.h>

#include <algorithm>

#include "ir/type_rules_internal.h"

namespace nnc::ir {

namespace {

Shape WithoutAxes(const Shape& shape, const std::vector<int64_t>& axes, bool keepdims) {
  Shape result;
  for (size_t i = 0; i < shape.size(); ++i) {
    bool reduced = std::find(axes.begin(), axes.end(), static_cast<int64_t>(i)) != axes.end();
    if (!reduced) result.push_back(shape[i]);
    if (reduced && keepdims) result.push_back(1);
  }
  return result;
}

bool IsNegative(const Dim& dim) { return dim.is_constant() && dim.value() < 0; }

std::string ListAxes(const std::vector<int64_t>& axes) { return fmt::format("[{}]", fmt::join(axes, ", ")); }

TypeError Disagreement(const TypeQuery& query, int a, int axis_a, int b, int axis_b) {
  TypeError error{
      DiagnosticKind::kShapeMismatch,
      fmt::format("`{}` of {}: axis {} of operand {} is {}, but axis {} of operand {} is {}", query.mnemonic(),
                  ListTypes(query.operands), axis_a, a + 1, query.operand(a).shape[axis_a].str(), axis_b, b + 1,
                  query.operand(b).shape[axis_b].str())};
  error.operand_a = a;
  error.axis_a = axis_a;
  error.operand_b = b;
  error.axis_b = axis_b;
  return error;
}

TypeError RankError(const TypeQuery& query, std::string wanted, int operand) {
  TypeError error{DiagnosticKind::kRankMismatch,
                  fmt::format("`{}` needs {}, not {}", query.mnemonic(), wanted, ListTypes(query.operands))};
  error.operand_a = operand;
  return error;
}

}  // namespace

TypeResult InferReduce(const TypeQuery& query) {
  const auto& axes = query.attribute<std::vector<int64_t>>(AttributeKey::kAxes);
  bool orders = query.op == Op::kReduceMax || query.op == Op::kReduceMin;  // these take bools too: `any` and `all`
  if (!orders) {
    if (auto error = CheckNumber(query, 0)) return *error;
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    if (auto error = CheckAxis(query, 0, axes[i])) return *error;
    if (i > 0 && axes[i - 1] >= axes[i]) {
      return TypeError{DiagnosticKind::kBadAxis,
                       fmt::format("`{}` over the axes {}, which {}", query.mnemonic(), ListAxes(axes),
                                   axes[i - 1] == axes[i] ? "repeat" : "are not sorted")};
    }
  }
  const Type& x = query.operand(0);
  return Type(x.element, WithoutAxes(x.shape, axes, query.attribute<bool>(AttributeKey::kKeepdims)));
}

TypeResult InferArgMax(const TypeQuery& query) {
  auto axis = query.attribute<int64_t>(AttributeKey::kAxis);
  if (auto error = CheckAxis(query, 0, axis)) return *error;
  const Shape& shape = query.operand(0).shape;
  if (shape[axis] == Dim(0)) {
    return TypeError{DiagnosticKind::kShapeMismatch, fmt::format("`argmax` along axis {} of {}, which has no elements",
                                                                 axis, ToString(query.operand(0)))};
  }
  return Type(Element::kI32, WithoutAxes(shape, {axis}, query.attribute<bool>(AttributeKey::kKeepdims)));
}

TypeResult InferReshape(const TypeQuery& query) {
  const Type& x = query.operand(0);
  const auto& shape = query.attribute<Shape>(AttributeKey::kShape);
  if (auto error = CheckSizes(query, shape)) return *error;
  Dim before = Product(x.shape), after = Product(shape);
  if (before == after) return Type(x.element, shape);
  TypeError error{DiagnosticKind::kBadReshape, fmt::format("`reshape` of {} to {}: {} elements cannot become {}",
                                                           ToString(x), ToString(shape), before.str(), after.str())};
  error.operand_a = 0;
  return error;
}

TypeResult InferTranspose(const TypeQuery& query) {
  const Type& x = query.operand(0);
  const auto& axes = query.attribute<std::vector<int64_t>>(AttributeKey::kAxes);
  std::vector<bool> seen(x.shape.size());
  bool permutation = axes.size() == x.shape.size();
  for (size_t i = 0; i < axes.size() && permutation; ++i) {
    permutation = axes[i] >= 0 && axes[i] < x.rank() && !seen[axes[i]];
    if (permutation) seen[axes[i]] = true;
  }
  if (!permutation) {
    TypeError error{DiagnosticKind::kBadAxis, fmt::format("`transpose` of {} by {}, which does not name each axis once",
                                                          ToString(x), ListAxes(axes))};
    error.operand_a = 0;
    return error;
  }
  Shape shape;
  for (int64_t axis : axes) shape.push_back(x.shape[axis]);
  return Type(x.element, shape);
}

TypeResult InferBroadcast(const TypeQuery& query) {
  const Type& x = query.operand(0);
  const auto& shape = query.attribute<Shape>(AttributeKey::kShape);
  if (auto error = CheckSizes(query, shape)) return *error;
  const Type both[] = {x, Type(x.element, shape)};
  auto broadcast = BroadcastShapes(both, query.mnemonic());
  if (auto* error = std::get_if<TypeError>(&broadcast)) {
    error->operand_b = -1;  // the target is no operand
    return *error;
  }
  if (std::get<Shape>(broadcast) == shape) return Type(x.element, shape);
  TypeError error{DiagnosticKind::kShapeMismatch,
                  fmt::format("`broadcast` of {} to {}, which is smaller", ToString(x), ToString(shape))};
  error.operand_a = 0;
  return error;
}

TypeResult InferSlice(const TypeQuery& query) {
  Type x = query.operand(0);
  auto axis = query.attribute<int64_t>(AttributeKey::kAxis);
  const auto &start = query.attribute<Dim>(AttributeKey::kStart), &limit = query.attribute<Dim>(AttributeKey::kLimit);
  if (auto error = CheckAxis(query, 0, axis)) return *error;
  if (IsNegative(start) || IsNegative(limit - start) || IsNegative(x.shape[axis] - limit)) {
    TypeError error{DiagnosticKind::kBadIndex,
                    fmt::format("`slice` [{}, {}) of axis {} of {}, which has {} elements", start.str(), limit.str(),
                                axis, ToString(x), x.shape[axis].str())};
    error.operand_a = 0;
    error.axis_a = static_cast<int>(axis);
    return error;
  }
  x.shape[axis] = limit - start;
  return x;
}

TypeResult InferPad(const TypeQuery& query) {
  Type x = query.operand(0);
  auto axis = query.attribute<int64_t>(AttributeKey::kAxis);
  const auto &low = query.attribute<Dim>(AttributeKey::kLow), &high = query.attribute<Dim>(AttributeKey::kHigh);
  if (auto error = CheckAxis(query, 0, axis)) return *error;
  if (IsNegative(low) || IsNegative(high)) {
    TypeError error{
        DiagnosticKind::kShapeMismatch,
        fmt::format("`pad` of {} by {} and {}: a padding cannot be negative", ToString(x), low.str(), high.str()),
        "a slice takes elements away"};
    error.operand_a = 0;
    error.axis_a = static_cast<int>(axis);
    return error;
  }
  x.shape[axis] = low + x.shape[axis] + high;
  return x;
}

TypeResult InferConcat(const TypeQuery& query) {
  Type result = query.operand(0);
  auto axis = query.attribute<int64_t>(AttributeKey::kAxis);
  if (auto error = CheckSameElement(query)) return *error;
  for (size_t i = 1; i < query.operands.size(); ++i) {
    if (query.operand(i).rank() != result.rank()) return RankError(query, "operands of one rank", static_cast<int>(i));
  }
  if (auto error = CheckAxis(query, 0, axis)) return *error;
  for (size_t i = 1; i < query.operands.size(); ++i) {
    const Shape& shape = query.operand(i).shape;
    for (int other = 0; other < static_cast<int>(shape.size()); ++other) {
      if (other == axis || shape[other] == result.shape[other]) continue;
      return Disagreement(query, 0, other, static_cast<int>(i), other);
    }
    result.shape[axis] = result.shape[axis] + shape[axis];
  }
  return result;
}

TypeResult InferReverse(const TypeQuery& query) {
  if (auto error = CheckAxis(query, 0, query.attribute<int64_t>(AttributeKey::kAxis))) return *error;
  return query.operand(0);
}

TypeResult InferCumSum(const TypeQuery& query) {
  if (auto error = CheckNumber(query, 0)) return *error;
  if (auto error = CheckAxis(query, 0, query.attribute<int64_t>(AttributeKey::kAxis))) return *error;
  return query.operand(0);
}

TypeResult InferArgSort(const TypeQuery& query) {
  if (auto error = CheckAxis(query, 0, query.attribute<int64_t>(AttributeKey::kAxis))) return *error;
  return Type(Element::kI32, query.operand(0).shape);
}

namespace {

// The windows of a Shear or Unshear: places next to each other along `axis`, those of one window along the axis after.
struct Windows {
  explicit Windows(const TypeQuery& query)
      : axis(query.attribute<int64_t>(AttributeKey::kAxis)),
        stride(query.attribute<int64_t>(AttributeKey::kStride)),
        dilation(query.attribute<int64_t>(AttributeKey::kDilation)) {}

  // Elements of an axis from the first place of `windows` windows of `size` to the last.
  Dim Reach(const Dim& windows, const Dim& size) const {
    return Dim(stride) * (windows - 1) + Dim(dilation) * (size - 1) + 1;
  }

  int64_t axis, stride, dilation;
};

MaybeError CheckWindows(const TypeQuery& query, const Windows& windows) {
  const Type& x = query.operand(0);
  if (auto error = CheckAxis(query, 0, windows.axis)) return error;
  if (windows.axis + 1 == x.rank()) return RankError(query, "an axis after that of the windows", 0);
  if (windows.stride > 0 && windows.dilation > 0) return std::nullopt;
  TypeError error{
      DiagnosticKind::kShapeMismatch,
      fmt::format("windows with stride {} and dilation {}: both are at least 1", windows.stride, windows.dilation)};
  error.operand_a = 0;
  return error;
}

}  // namespace

TypeResult InferShear(const TypeQuery& query) {
  const Windows windows(query);
  if (auto error = CheckWindows(query, windows)) return *error;
  Type x = query.operand(0);
  const Dim size = x.shape[windows.axis + 1], reach = windows.Reach(1, size), length = x.shape[windows.axis];
  if (size == Dim(0) || IsNegative(length - reach)) {
    TypeError error{DiagnosticKind::kShapeMismatch,
                    size == Dim(0)
                        ? "windows of no elements"
                        : fmt::format("a window that reaches over {} elements does not fit in {}: axis {} of {}",
                                      reach.str(), length.str(), windows.axis, ToString(x)),
                    size == Dim(0) ? "" : "a smaller window fits, or more padding"};
    error.operand_a = 0;
    error.axis_a = static_cast<int>(windows.axis);
    return error;
  }
  x.shape[windows.axis] = FloorDiv(length - reach, windows.stride) + 1;
  return x;
}

TypeResult InferUnshear(const TypeQuery& query) {
  const Windows windows(query);
  if (auto error = CheckWindows(query, windows)) return *error;
  Type x = query.operand(0);
  const Dim& length = query.attribute<Dim>(AttributeKey::kLength);
  const Dim reach = windows.Reach(x.shape[windows.axis], x.shape[windows.axis + 1]);
  if (IsNegative(length) || IsNegative(length - reach)) {
    TypeError error{DiagnosticKind::kShapeMismatch,
                    fmt::format("windows that reach over {} elements do not fit in {}", reach.str(), length.str())};
    error.operand_a = 0;
    error.axis_a = static_cast<int>(windows.axis);
    return error;
  }
  x.shape[windows.axis] = length;
  return x;
}

namespace {

MaybeError CheckIds(const TypeQuery& query) {
  if (query.operand(0).rank() == 0) return RankError(query, "a first operand with rows", 0);
  if (IsInteger(query.operand(1).element)) return std::nullopt;
  TypeError error{DiagnosticKind::kTypeMismatch,
                  fmt::format("`{}` needs integer ids, not {}", query.mnemonic(), ToString(query.operand(1))),
                  "convert them by name: `int(...)`"};
  error.operand_a = 1;
  return error;
}

// [V, r...] and [i...] give [i..., r...].
Shape RowsAt(const Shape& table, const Shape& ids) {
  Shape shape = ids;
  shape.insert(shape.end(), table.begin() + 1, table.end());
  return shape;
}

}  // namespace

TypeResult InferTake(const TypeQuery& query) {
  if (auto error = CheckIds(query)) return *error;
  return Type(query.operand(0).element, RowsAt(query.operand(0).shape, query.operand(1).shape));
}

TypeResult InferScatterAdd(const TypeQuery& query) {
  const Type &base = query.operand(0), &ids = query.operand(1), &rows = query.operand(2);
  if (auto error = CheckIds(query)) return *error;
  if (auto error = CheckNumber(query, 0)) return *error;
  Type wanted(base.element, RowsAt(base.shape, ids.shape));
  if (rows == wanted) return base;
  TypeError error{rows.element == base.element ? DiagnosticKind::kShapeMismatch : DiagnosticKind::kElementMismatch,
                  fmt::format("`scatter_add` into {} at ids {} needs rows {}, not {}", ToString(base), ToString(ids),
                              ToString(wanted), ToString(rows))};
  error.operand_a = 0;
  error.operand_b = 2;
  return error;
}

TypeResult InferMatMul(const TypeQuery& query) {
  const Type &a = query.operand(0), &b = query.operand(1);
  if (auto error = CheckSameElement(query)) return *error;
  if (auto error = CheckNumber(query, 0)) return *error;
  int rank = static_cast<int>(a.rank());
  if (rank < 2 || b.rank() != rank) {
    return RankError(query, "two operands of one rank, at least 2", rank < 2 ? 0 : 1);
  }
  for (int axis = 0; axis < rank - 2; ++axis) {
    if (a.shape[axis] != b.shape[axis]) return Disagreement(query, 0, axis, 1, axis);
  }
  int m = rank - 2, k_a = rank - 1, k_b = rank - 2, n = rank - 1;
  if (query.attribute<bool>(AttributeKey::kTransposeA)) std::swap(m, k_a);
  if (query.attribute<bool>(AttributeKey::kTransposeB)) std::swap(k_b, n);
  if (a.shape[k_a] != b.shape[k_b]) {
    TypeError error = Disagreement(query, 0, k_a, 1, k_b);
    if (a.shape[k_a] == b.shape[n]) error.help = "transpose the second operand: `a @ transpose(b)`";
    return error;
  }
  Shape shape = a.shape;
  shape[rank - 2] = a.shape[m];
  shape[rank - 1] = b.shape[n];
  return Type(a.element, shape);
}

}  // namespace nnc::ir
