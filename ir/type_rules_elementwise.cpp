// Strict broadcasting, and the rules of sources and elementwise ops.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "ir/type_rules_internal.h"

namespace nnc::ir {

namespace {

// Whether a dimension `from` can stand where the result has `to`, at equal rank.
bool Stretches(const Dim& from, const Dim& to) { return from == to || from == Dim(1); }

bool StretchesTo(const Shape& from, const Shape& to) {
  return std::equal(from.begin(), from.end(), to.begin(), to.end(), Stretches);
}

Shape Inserted(Shape shape, size_t axis) {
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), Dim(1));
  return shape;
}

// How to make `lower` (operand number `position`) go with `higher`, of one axis more: an axis of size 1 to squeeze
// away, or the place of one to put in.
std::string RankCure(const Shape& lower, const Shape& higher, int position) {
  if (higher.size() != lower.size() + 1) return "";
  for (size_t axis = 0; axis < higher.size(); ++axis) {
    if (higher[axis] != Dim(1) || Inserted(lower, axis) != higher) continue;
    return fmt::format(
        "drop the other's axis of size 1 by `squeeze(..., axis: {})`; if every pair is meant, `unsqueeze` operand {} "
        "to {}",
        axis, position, ToString(Inserted(lower, 0)));
  }
  for (size_t axis = 0; axis < higher.size(); ++axis) {
    if (!StretchesTo(Inserted(lower, axis), higher)) continue;
    return fmt::format(
        "give operand {} an axis of size 1 by `unsqueeze(..., axis: {})`, or keep it by `keepdims: true` in the "
        "reduction that dropped it",
        position, axis);
  }
  return "";
}

// Operand number `lower` does not equal the trailing dimensions of `result`, which the operands `giver` gave axis by
// axis.
TypeError RankDisagreement(std::span<const Type> operands, std::string_view op, int lower, const Shape& result,
                           const std::vector<int>& giver) {
  const Shape& low = operands[lower].shape;
  size_t shift = result.size() - low.size(), axis = 0;
  while (low[axis] == result[axis + shift]) ++axis;
  TypeError error{DiagnosticKind::kShapeMismatch};
  error.operand_a = lower;
  error.axis_a = static_cast<int>(axis);
  error.operand_b = giver[axis + shift];
  error.axis_b = static_cast<int>(axis + shift);
  error.message = fmt::format("`{}` of {}: {} must equal the last {} of {}, but {} is not {}", op, ListTypes(operands),
                              ToString(low), low.size() == 1 ? "axis" : fmt::format("{} axes", low.size()),
                              ToString(result), low[axis].str(), result[axis + shift].str());
  error.help = RankCure(low, result, lower + 1);
  return error;
}

TypeError AxisDisagreement(std::span<const Type> operands, std::string_view op, int a, int b, int axis) {
  const Shape &shape_a = operands[a].shape, &shape_b = operands[b].shape;
  TypeError error{DiagnosticKind::kShapeMismatch,
                  fmt::format("`{}` of {}: axis {} is {} in one and {} in the other", op, ListTypes(operands), axis,
                              shape_a[axis].str(), shape_b[axis].str())};
  Shape swapped = shape_b;
  if (swapped.size() == 2) std::swap(swapped[0], swapped[1]);
  if (swapped == shape_a)
    error.help = fmt::format("transpose one of them: `transpose(...)` makes it {}", ToString(swapped));
  error.operand_a = a;
  error.operand_b = b;
  error.axis_a = error.axis_b = axis;
  return error;
}

}  // namespace

std::variant<Shape, TypeError> BroadcastShapes(std::span<const Type> operands, std::string_view op) {
  size_t highest = 0;
  for (size_t i = 1; i < operands.size(); ++i) {
    if (operands[i].rank() > operands[highest].rank()) highest = i;
  }
  // The operands of the highest rank make the result.
  Shape result = operands[highest].shape;
  std::vector<int> giver(result.size(), static_cast<int>(highest));  // which operand each dimension is from
  for (size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].shape.size() != result.size()) continue;
    for (size_t axis = 0; axis < result.size(); ++axis) {
      const Dim& dim = operands[i].shape[axis];
      if (Stretches(dim, result[axis])) continue;
      if (result[axis] != Dim(1))
        return AxisDisagreement(operands, op, giver[axis], static_cast<int>(i), static_cast<int>(axis));
      result[axis] = dim;
      giver[axis] = static_cast<int>(i);
    }
  }
  // The others must equal its trailing dimensions.
  for (size_t i = 0; i < operands.size(); ++i) {
    const Shape& shape = operands[i].shape;
    if (shape.size() == result.size() || std::equal(shape.rbegin(), shape.rend(), result.rbegin())) continue;
    return RankDisagreement(operands, op, static_cast<int>(i), result, giver);
  }
  return result;
}

namespace {

TypeResult Broadcasted(const TypeQuery& query, Element element) {
  auto shape = BroadcastShapes(query.operands, query.mnemonic());
  if (auto* error = std::get_if<TypeError>(&shape)) return *error;
  return Type(element, std::get<Shape>(shape));
}

// Whether `value` is one of the element type's numbers (a float may round).
bool Holds(Element element, double value) {
  switch (element) {
    case Element::kF32:
    case Element::kF64:
    case Element::kBF16:
      return true;
    case Element::kI32:
      return value == std::floor(value) && value >= -0x1p31 && value < 0x1p31;
    case Element::kI64:
      return value == std::floor(value) && value >= -0x1p63 && value < 0x1p63;
    case Element::kU8:
      return value == std::floor(value) && value >= 0 && value <= 255;
    case Element::kBool:
      return value == 0 || value == 1;
  }
  throw std::logic_error("element type out of range");
}

}  // namespace

TypeResult InferArgument(const TypeQuery&) { throw std::logic_error("an argument's type is given, not inferred"); }

TypeResult InferConstant(const TypeQuery& query) {
  auto element = query.attribute<Element>(AttributeKey::kElement);
  auto value = query.attribute<double>(AttributeKey::kValue);
  const auto& shape = query.attribute<Shape>(AttributeKey::kShape);
  if (auto error = CheckSizes(query, shape)) return *error;
  if (!Holds(element, value)) {
    return TypeError{DiagnosticKind::kTypeMismatch, fmt::format("{} has no value {}", Name(element), value)};
  }
  return Type(element, shape);
}

TypeResult InferSize(const TypeQuery&) { return Type(Element::kI64); }

TypeResult InferIota(const TypeQuery& query) {
  const auto& shape = query.attribute<Shape>(AttributeKey::kShape);
  auto axis = query.attribute<int64_t>(AttributeKey::kAxis);
  if (auto error = CheckSizes(query, shape)) return *error;
  if (axis < 0 || axis >= static_cast<int64_t>(shape.size())) {
    return TypeError{DiagnosticKind::kBadAxis, fmt::format("`iota` of shape {} has no axis {}", ToString(shape), axis)};
  }
  return Type(Element::kI32, shape);
}

TypeResult InferUniform(const TypeQuery& query) {
  auto element = query.attribute<Element>(AttributeKey::kElement);
  const auto& shape = query.attribute<Shape>(AttributeKey::kShape);
  if (query.operand(0) != Type(Element::kI64) || !IsFloat(element)) {
    return TypeError{DiagnosticKind::kTypeMismatch,
                     fmt::format("`uniform` makes floats from one i64 key, not {} from {}", Name(element),
                                 ToString(query.operand(0)))};
  }
  if (auto error = CheckSizes(query, shape)) return *error;
  return Type(element, shape);
}

TypeResult InferNumber(const TypeQuery& query) {
  if (auto error = CheckNumber(query, 0)) return *error;
  return query.operand(0);
}

TypeResult InferFloat(const TypeQuery& query) {
  if (auto error = CheckFloat(query, 0)) return *error;
  return query.operand(0);
}

TypeResult InferAny(const TypeQuery& query) { return query.operand(0); }

TypeResult InferPredicate(const TypeQuery& query) {
  if (auto error = CheckFloat(query, 0)) return *error;
  return Type(Element::kBool, query.operand(0).shape);
}

TypeResult InferCast(const TypeQuery& query) {
  return Type(query.attribute<Element>(AttributeKey::kElement), query.operand(0).shape);
}

TypeResult InferLogical(const TypeQuery& query) {
  for (size_t i = 0; i < query.operands.size(); ++i) {
    if (query.operand(i).element == Element::kBool) continue;
    TypeError error{
        DiagnosticKind::kTypeMismatch,
        fmt::format("`{}` needs bool, but operand {} is {}", query.mnemonic(), i + 1, ToString(query.operand(i))),
        "compare first, as in `x > 0.0`"};
    error.operand_a = static_cast<int>(i);
    return error;
  }
  return Broadcasted(query, Element::kBool);
}

TypeResult InferArithmetic(const TypeQuery& query) {
  if (auto error = CheckSameElement(query)) return *error;
  if (auto error = CheckNumber(query, 0)) return *error;
  return Broadcasted(query, query.operand(0).element);
}

TypeResult InferCompare(const TypeQuery& query) {
  if (auto error = CheckSameElement(query)) return *error;
  return Broadcasted(query, Element::kBool);
}

TypeResult InferFoldIn(const TypeQuery& query) {
  for (size_t i = 0; i < 2; ++i) {
    if (query.operand(i).element == Element::kI64) continue;
    TypeError error{DiagnosticKind::kTypeMismatch,
                    fmt::format("`fold_in` takes an i64 key and i64 data, not {}", ListTypes(query.operands))};
    error.operand_a = static_cast<int>(i);
    return error;
  }
  return Broadcasted(query, Element::kI64);
}

TypeResult InferSelect(const TypeQuery& query) {
  if (query.operand(0).element != Element::kBool) {
    TypeError error{DiagnosticKind::kTypeMismatch,
                    fmt::format("`select` needs a bool condition, not {}", ToString(query.operand(0))),
                    "compare first, as in `x > 0.0`"};
    error.operand_a = 0;
    return error;
  }
  if (auto error = CheckSameElement(query, 1)) return *error;
  return Broadcasted(query, query.operand(1).element);
}

}  // namespace nnc::ir
