#include "frontend/elaborate/flat_index.h"

namespace nnc {

using ir::AttributeKey;
using ir::Dim;
using ir::Op;
using ir::Shape;

Value FlatIndex::Counter(const Shape& within, int64_t axis) {
  return Wide(Apply(Op::kIota, {}, {{AttributeKey::kShape, within}, {AttributeKey::kAxis, axis}}));
}

Value FlatIndex::Row(const std::vector<Value>& coordinates, Shape dims) {
  Value row = coordinates[0];
  for (size_t axis = 1; axis < coordinates.size(); ++axis) {
    row = Apply(Op::kAdd, {Apply(Op::kMul, {row, Value(dims[axis])}), coordinates[axis]});
  }
  return row;
}

// Where in the flattened `x` each of `ids` points, `along` being its coordinate on `axis`.
Value FlatIndex::PlacesOf(const Value& x, const Value& ids, const Value& along, int64_t axis) {
  std::vector<Value> coordinates;
  for (int64_t i = 0; i < static_cast<int64_t>(shape(x).size()); ++i) {
    coordinates.push_back(i == axis ? along : Counter(shape(ids), i));
  }
  return Row(coordinates, shape(x));
}

Value FlatIndex::Gather(const Value& x, const Value& ids, int64_t axis) {
  Value along = Clamped(Wide(ids), shape(x)[axis] - Dim(1));
  Value places = PlacesOf(x, ids, along, axis);
  return Apply(Op::kTake, {Reshape(x, {ir::Product(shape(x))}), places});
}

Value FlatIndex::ScatterAdd(const Value& base, const Value& ids, const Value& values, int64_t axis) {
  Value along = Wide(ids);
  Value inside =
      Apply(Op::kAnd, {Apply(Op::kGe, {along, Value::Int(0)}), Apply(Op::kLt, {along, Value(shape(base)[axis])})});
  Value places = Apply(Op::kSelect, {inside, PlacesOf(base, ids, along, axis), Value::Int(-1)});
  const Shape whole = shape(base);
  return Reshape(Apply(Op::kScatterAdd, {Reshape(base, {ir::Product(whole)}), places, values}), whole);
}

// Axes with a static start are cut as slices. The others, with what comes before them, are read as rows.
Value FlatIndex::Slice(const Value& x, const std::vector<Value>& starts, const Shape& sizes) {
  Value cut = x;
  size_t rows = 0;  // axes before this one make the table's first
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    const Dim* start = starts[axis].AsInt();
    if (!start) rows = axis + 1;
    if (!start || sizes[axis] == shape(cut)[axis]) continue;
    cut = Apply(Op::kSlice, {cut},
                {{AttributeKey::kAxis, static_cast<int64_t>(axis)},
                 {AttributeKey::kStart, *start},
                 {AttributeKey::kLimit, *start + sizes[axis]}});
    if (cut.poison()) return cut;
  }
  if (rows == 0) return cut;
  const Shape dims = shape(cut), within(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(rows));
  std::vector<Value> coordinates;
  for (size_t axis = 0; axis < rows; ++axis) {
    Value coordinate = Counter(within, static_cast<int64_t>(axis));
    if (!starts[axis].AsInt()) {
      coordinate = Apply(Op::kAdd, {coordinate, Clamped(Wide(starts[axis]), dims[axis] - sizes[axis])});
    }
    coordinates.push_back(coordinate);
  }
  Shape table{ir::Product(Shape(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(rows)))};
  table.insert(table.end(), dims.begin() + static_cast<std::ptrdiff_t>(rows), dims.end());
  return Apply(Op::kTake, {Reshape(cut, table), Row(coordinates, dims)});
}

}  // namespace nnc
