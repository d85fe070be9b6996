// Gradients of reductions.
#include <algorithm>
#include <numeric>

#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::AttributeKey;
using ir::Dim;
using ir::Shape;
using ir::Value;

namespace {

using Axes = std::vector<int64_t>;

const Axes& FoldedAxes(const VjpContext& v) { return v.attribute<Axes>(AttributeKey::kAxes); }

// A value of the reduction's result type, with each folded axis kept as 1, so that it goes with the operand by
// broadcasting.
Expression WithFoldedAxes(const VjpContext& v, Value value) {
  Shape shape = v.x(0).type().shape;
  for (int64_t axis : FoldedAxes(v)) shape[axis] = 1;
  return {v.g.build, v.build().Reshape(value, std::move(shape))};
}

// A view of the operand as [kept axes..., product of the folded axes], and the way back.
class FoldedLast {
 public:
  explicit FoldedLast(const VjpContext& v) : build_(v.build()), shape_(v.x(0).type().shape) {
    const Axes& folded = FoldedAxes(v);
    for (int64_t axis = 0; axis < static_cast<int64_t>(shape_.size()); ++axis) {
      if (!std::count(folded.begin(), folded.end(), axis)) order_.push_back(axis);
    }
    kept_ = order_.size();
    order_.insert(order_.end(), folded.begin(), folded.end());
    for (int64_t axis : order_) ordered_.push_back(shape_[axis]);
  }

  Shape flat_shape() const {
    Shape flat(ordered_.begin(), ordered_.begin() + static_cast<std::ptrdiff_t>(kept_));
    flat.push_back(ir::Product(Shape(ordered_.begin() + static_cast<std::ptrdiff_t>(kept_), ordered_.end())));
    return flat;
  }
  Value Flatten(Value x) { return build_.Reshape(build_.Transpose(x, order_), flat_shape()); }
  Value Restore(Value flat) {
    Axes inverse(order_.size());
    for (size_t i = 0; i < order_.size(); ++i) inverse[order_[i]] = static_cast<int64_t>(i);
    return build_.Transpose(build_.Reshape(flat, ordered_), inverse);
  }

 private:
  ir::Builder& build_;
  Shape shape_, ordered_;
  Axes order_;
  size_t kept_ = 0;
};

// The adjoint at the first of the greatest elements of `key`, zeros elsewhere.
Value ToTheFirstGreatest(const VjpContext& v, Value key) {
  FoldedLast view(v);
  Value greatest = v.build().ArgMax(view.Flatten(key), -1, /*keepdims=*/true);
  Value place = v.build().Iota(view.flat_shape(), static_cast<int64_t>(view.flat_shape().size()) - 1);
  Expression chosen{v.g.build, view.Restore(v.build().Eq(place, greatest))};
  return Select(chosen, WithFoldedAxes(v, v.g), v.g.Number(0));
}

}  // namespace

Value VjpReduceSum(const VjpContext& v, size_t) {
  return v.build().Broadcast(WithFoldedAxes(v, v.g), v.x(0).type().shape);
}

Value VjpReduceMax(const VjpContext& v, size_t) { return ToTheFirstGreatest(v, v.x(0)); }
Value VjpReduceMin(const VjpContext& v, size_t) { return ToTheFirstGreatest(v, -v.x(0)); }

// The derivative by x_i is the product of the others, made without dividing by x_i, so that it and all further
// derivatives are right where elements are 0: a [n, n] matrix whose row i is x with 1 in place i, its rows multiplied
// up. Costs n^2.
Value VjpReduceProd(const VjpContext& v, size_t) {
  ir::Builder& b = v.build();
  FoldedLast view(v);
  Shape row = view.flat_shape(), square = row;
  row.insert(row.end() - 1, Dim(1));
  square.push_back(square.back());
  auto last = static_cast<int64_t>(square.size()) - 1;
  Expression self{&b, b.Eq(b.Iota(square, last - 1), b.Iota(square, last))};
  Expression x{&b, b.Reshape(view.Flatten(v.x(0)), row)};
  Value others = b.Reduce(ir::Op::kReduceProd, Select(self, x.Number(1), x), {last});
  return WithFoldedAxes(v, v.g) * Expression{&b, view.Restore(others)};
}

}  // namespace nnc::passes
