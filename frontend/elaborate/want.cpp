// Static values of a wanted kind, from values of any.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/operators.h"

namespace nnc {

namespace {

// A tensor where a static value is needed is another mistake than a static value of the wrong kind.
DiagnosticKind KindFor(const Value& value) {
  return value.AsTensor() ? DiagnosticKind::kNotStatic : DiagnosticKind::kTypeMismatch;
}

}  // namespace

std::optional<ir::Dim> Elaborator::WantInt(Frame& frame, Span span, const Value& value, std::string_view what) {
  if (value.AsInt()) return *value.AsInt();
  if (!value.poison()) {
    Fail(frame, KindFor(value), span,
         fmt::format("{} is an int that is known when compiling, not {}", what, Describe(frame, value)));
  }
  return std::nullopt;
}

std::optional<int64_t> Elaborator::WantConstant(Frame& frame, Span span, const Value& value, std::string_view what) {
  std::optional<ir::Dim> dim = WantInt(frame, span, value, what);
  if (!dim) return std::nullopt;
  if (dim->is_constant()) return dim->value();
  Fail(frame, DiagnosticKind::kNotStatic, span,
       fmt::format("{} must be a number, but {} depends on a dimension variable", what, dim->str()));
  return std::nullopt;
}

std::optional<double> Elaborator::WantFloat(Frame& frame, Span span, const Value& value, std::string_view what) {
  if (value.AsFloat()) return *value.AsFloat();
  if (value.AsInt()) {
    IntWithFloat(*this, frame, span, *value.AsInt(), fmt::format("{}, a float,", what));
  } else if (!value.poison()) {
    Fail(frame, KindFor(value), span,
         fmt::format("{} is a float that is known when compiling, not {}", what, Describe(frame, value)));
  }
  return std::nullopt;
}

std::optional<bool> Elaborator::WantBool(Frame& frame, Span span, const Value& value, std::string_view what) {
  if (value.AsBool()) return *value.AsBool();
  if (!value.poison()) {
    Fail(frame, KindFor(value), span,
         fmt::format("{} is true or false when compiling, not {}", what, Describe(frame, value)));
  }
  return std::nullopt;
}

std::optional<std::string> Elaborator::WantString(Frame& frame, Span span, const Value& value, std::string_view what) {
  if (value.AsString()) return *value.AsString();
  if (!value.poison()) {
    Fail(frame, KindFor(value), span, fmt::format("{} is a string, not {}", what, Describe(frame, value)));
  }
  return std::nullopt;
}

std::optional<ir::Shape> Elaborator::WantShape(Frame& frame, Span span, const Value& value, std::string_view what) {
  if (value.AsInt()) return ir::Shape{*value.AsInt()};
  if (!value.AsList() && !value.poison()) {
    Fail(frame, KindFor(value), span, fmt::format("{} is a list of ints, not {}", what, Describe(frame, value)));
  }
  if (!value.AsList()) return std::nullopt;
  ir::Shape shape;
  for (const Value& element : *value.AsList()) {
    std::optional<ir::Dim> dim = WantInt(frame, span, element, fmt::format("an entry of {}", what));
    if (!dim) return std::nullopt;
    shape.push_back(*dim);
  }
  return shape;
}

std::optional<int64_t> Elaborator::WantAxis(Frame& frame, Span span, const Value& value, int64_t rank) {
  std::optional<int64_t> axis = WantConstant(frame, span, value, "an axis");
  if (!axis) return std::nullopt;
  if (*axis >= -rank && *axis < rank) return *axis < 0 ? *axis + rank : *axis;
  Fail(frame, DiagnosticKind::kBadAxis, span,
       rank == 0 ? fmt::format("axis {} of a scalar, which has none", *axis)
                 : fmt::format("axis {} of a tensor that has axes {} to {}", *axis, -rank, rank - 1));
  return std::nullopt;
}

std::optional<std::vector<int64_t>> Elaborator::WantAxes(Frame& frame, Span span, const Value& value, int64_t rank) {
  std::vector<Value> wanted = value.AsList() ? *value.AsList() : std::vector<Value>{value};
  std::vector<int64_t> axes;
  for (const Value& entry : wanted) {
    std::optional<int64_t> axis = WantAxis(frame, span, entry, rank);
    if (!axis) return std::nullopt;
    axes.push_back(*axis);
  }
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) == axes.end()) return axes;
  Fail(frame, DiagnosticKind::kBadAxis, span, "an axis is named twice");
  return std::nullopt;
}

}  // namespace nnc
