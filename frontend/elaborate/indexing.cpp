#include "frontend/elaborate/indexing.h"

#include <fmt/format.h>

#include "frontend/elaborate/flat_index.h"

namespace nnc {

namespace {

using ast::IndexItem;
using ir::AttributeKey;
using ir::Dim;

class Indexer {
 public:
  Indexer(Elaborator& elaborator, Frame& frame, Span span) : elaborator_(elaborator), frame_(frame), span_(span) {}

  // Lists and tuples take one number or one slice.
  Value IndexList(const Value& object, const std::vector<IndexItem>& items) {
    const std::vector<Value>& elements = object.AsList() ? *object.AsList() : *object.AsTuple();
    auto size = static_cast<int64_t>(elements.size());
    if (items.size() != 1 || items[0].kind == IndexItem::kEllipsis) {
      return elaborator_.Fail(frame_, DiagnosticKind::kBadIndex, span_, "a list takes one index or one slice");
    }
    if (items[0].kind == IndexItem::kExpr) {
      std::optional<Dim> index = Number(*items[0].first);
      if (!index || !Within(*index, size, size - 1, items[0].span)) return Poison{};
      return elements[Wrapped(*index, size).value()];
    }
    std::optional<Bounds> bounds = SliceBounds(items[0], size);
    if (!bounds) return Poison{};
    if (!bounds->start.is_constant() || !bounds->limit.is_constant()) {
      return elaborator_.Fail(frame_, DiagnosticKind::kNotStatic, items[0].span, "a list is cut at known places only");
    }
    return Value::List({elements.begin() + bounds->start.value(), elements.begin() + bounds->limit.value()});
  }

  Value IndexTensor(Value tensor, const std::vector<IndexItem>& items) {
    int64_t rank = elaborator_.TypeOf(frame_, tensor).rank();
    int64_t used = 0, ellipses = 0;
    for (const IndexItem& item : items) ++(item.kind == IndexItem::kEllipsis ? ellipses : used);
    if (used > rank || ellipses > 1) {
      return elaborator_.Fail(frame_, DiagnosticKind::kBadIndex, span_,
                              ellipses > 1
                                  ? "`...` stands once in an index"
                                  : fmt::format("{} indices for {}", used, elaborator_.Describe(frame_, tensor)));
    }
    int64_t axis = 0;  // of the tensor as it is by now
    for (const IndexItem& item : items) {
      if (item.kind == IndexItem::kEllipsis) {
        axis += rank - used;
      } else if (item.kind == IndexItem::kSlice) {
        tensor = Slice(tensor, item, axis++);
      } else {
        tensor = Pick(tensor, item, axis);
      }
      if (tensor.poison()) return tensor;
    }
    return tensor;
  }

 private:
  struct Bounds {
    Dim start, limit;
  };

  const ir::Shape& shape(const Value& tensor) const { return elaborator_.TypeOf(frame_, tensor).shape; }

  std::optional<Dim> Number(const ast::Expr& expr) {
    return elaborator_.WantInt(frame_, expr.span, elaborator_.Evaluate(expr, frame_), "an index");
  }

  static Dim Wrapped(const Dim& index, const Dim& size) {
    return index.is_constant() && index.value() < 0 ? size + index : index;
  }

  // Whether -size <= index <= last, as far as it is known.
  bool Within(const Dim& index, const Dim& size, const Dim& last, Span span) {
    Dim wrapped = Wrapped(index, size), beyond = wrapped - last;
    bool low = wrapped.is_constant() && wrapped.value() < 0;
    bool high = beyond.is_constant() && beyond.value() > 0;
    if (!low && !high) return true;
    elaborator_.Fail(frame_, DiagnosticKind::kBadIndex, span,
                     fmt::format("{} is outside a dimension of {}", index.str(), size.str()));
    return false;
  }

  std::optional<Bounds> SliceBounds(const IndexItem& item, const Dim& size) {
    Bounds bounds{0, size};
    for (auto [expr, bound] : {std::pair(item.first.get(), &bounds.start), std::pair(item.last.get(), &bounds.limit)}) {
      if (expr == nullptr) continue;
      std::optional<Dim> index = Number(*expr);
      if (!index || !Within(*index, size, size, expr->span)) return std::nullopt;
      *bound = Wrapped(*index, size);
    }
    Dim length = bounds.limit - bounds.start;
    if (length.is_constant() && length.value() < 0) bounds.limit = bounds.start;
    return bounds;
  }

  Value Cut(const Value& tensor, int64_t axis, const Dim& start, const Dim& limit, Span span) {
    if (start == Dim(0) && limit == shape(tensor)[axis]) return tensor;
    return elaborator_.Apply(
        frame_, span, ir::Op::kSlice, {tensor},
        {{AttributeKey::kAxis, axis}, {AttributeKey::kStart, start}, {AttributeKey::kLimit, limit}});
  }

  Value Slice(const Value& tensor, const IndexItem& item, int64_t axis) {
    std::optional<Bounds> bounds = SliceBounds(item, shape(tensor)[axis]);
    return bounds ? Cut(tensor, axis, bounds->start, bounds->limit, item.span) : Value();
  }

  // One number or one i32 scalar: the axis goes.
  Value Pick(const Value& tensor, const IndexItem& item, int64_t axis) {
    Value index = elaborator_.Evaluate(*item.first, frame_);
    if (index.AsTensor()) return PickByTensor(tensor, index, item.span, axis);
    std::optional<Dim> number = elaborator_.WantInt(frame_, item.span, index, "an index");
    const Dim size = shape(tensor)[axis];
    if (!number || !Within(*number, size, size - Dim(1), item.span)) return Poison{};
    Dim start = Wrapped(*number, size);
    Value cut = Cut(tensor, axis, start, start + Dim(1), item.span);
    if (cut.poison()) return cut;
    ir::Shape rest = shape(cut);
    rest.erase(rest.begin() + axis);
    return elaborator_.Apply(frame_, item.span, ir::Op::kReshape, {cut}, {{AttributeKey::kShape, rest}});
  }

  // Negative numbers count from the end here too.
  Value PickByTensor(const Value& tensor, const Value& index, Span span, int64_t axis) {
    if (elaborator_.TypeOf(frame_, index) != ir::Type(ir::Element::kI32)) {
      return elaborator_.Fail(
          frame_, DiagnosticKind::kBadIndex, span,
          fmt::format("an index is an int or an i32 scalar, not {}", elaborator_.Describe(frame_, index)),
          "rows by a tensor of ids are `take(x, ids)`");
    }
    const Dim size = shape(tensor)[axis];
    Value negative = elaborator_.Apply(frame_, span, ir::Op::kLt, {index, Value::Int(0)});
    Value from_end = elaborator_.Apply(frame_, span, ir::Op::kAdd, {index, Value(size)});
    Value place = elaborator_.Apply(frame_, span, ir::Op::kSelect, {negative, from_end, index});
    if (axis == 0) return elaborator_.Apply(frame_, span, ir::Op::kTake, {tensor, place});
    std::vector<Value> starts(shape(tensor).size(), Value::Int(0));
    ir::Shape sizes = shape(tensor);
    starts[axis] = place;
    sizes[axis] = Dim(1);
    Value one = FlatIndex(elaborator_, frame_, span).Slice(tensor, starts, sizes);
    sizes.erase(sizes.begin() + axis);
    return elaborator_.Apply(frame_, span, ir::Op::kReshape, {one}, {{AttributeKey::kShape, sizes}});
  }

  Elaborator& elaborator_;
  Frame& frame_;
  Span span_;
};

}  // namespace

Value EvaluateIndex(Elaborator& elaborator, Frame& frame, const ast::Index& node, Span span) {
  Value object = elaborator.Evaluate(*node.object, frame);
  if (object.poison()) return object;
  if (object.AsList() || object.AsTuple()) return Indexer(elaborator, frame, span).IndexList(object, node.items);
  if (object.AsTensor()) return Indexer(elaborator, frame, span).IndexTensor(object, node.items);
  return elaborator.Fail(frame, DiagnosticKind::kTypeMismatch, span,
                         fmt::format("{} cannot be indexed", elaborator.Describe(frame, object)));
}

}  // namespace nnc
