// Elements of a tensor by tensors of ids: its first axes flattened into the rows of one table, which is what `take` and
// `scatter_add` of the IR know.
#pragma once

#include <vector>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

class FlatIndex {
 public:
  FlatIndex(Elaborator& elaborator, Frame& frame, Span span) : elaborator_(elaborator), frame_(frame), span_(span) {}

  // The elements of `x` along `axis` at `ids` (integers of the rank of `x`), all other indices being the element's own:
  // for axis 1 result[i, j] = x[i, ids[i, j]]. An id outside means the nearest element. Where `ids` is no longer than
  // `x` along the other axes, its shape is the result's.
  Value Gather(const Value& x, const Value& ids, int64_t axis);
  // `base` with the elements of `values`, of the shape of `ids`, added at the places that Gather reads; an id outside
  // is dropped.
  Value ScatterAdd(const Value& base, const Value& ids, const Value& values, int64_t axis);
  // The part of `x` of `sizes` that begins at `starts`, integer scalars or ints; a start is moved so that the part lies
  // inside.
  Value Slice(const Value& x, const std::vector<Value>& starts, const ir::Shape& sizes);

 private:
  const ir::Shape& shape(const Value& x) const { return elaborator_.TypeOf(frame_, x).shape; }
  Value Apply(ir::Op op, std::vector<Value> operands, ir::Attributes attributes = {}) {
    return elaborator_.Apply(frame_, span_, op, std::move(operands), std::move(attributes));
  }
  Value Wide(const Value& ids) {
    return Apply(ir::Op::kCast, {ids}, {{ir::AttributeKey::kElement, ir::Element::kI64}});
  }
  Value Reshape(const Value& x, const ir::Shape& to) {
    return Apply(ir::Op::kReshape, {x}, {{ir::AttributeKey::kShape, to}});
  }
  Value Clamped(const Value& ids, const ir::Dim& last) {
    return Apply(ir::Op::kMin, {Apply(ir::Op::kMax, {ids, Value::Int(0)}), Value(last)});
  }
  Value Counter(const ir::Shape& within, int64_t axis);
  // The number of the row at these coordinates, one for each of the first axes of the sizes `dims`.
  Value Row(const std::vector<Value>& coordinates, ir::Shape dims);
  Value PlacesOf(const Value& x, const Value& ids, const Value& along, int64_t axis);

  Elaborator& elaborator_;
  Frame& frame_;
  Span span_;
};

}  // namespace nnc
