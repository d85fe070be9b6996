// Gradients of movements: the adjoint moved back.
#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::AttributeKey;
using ir::Dim;
using ir::Value;

namespace {

int64_t Axis(const VjpContext& v) { return v.attribute<int64_t>(AttributeKey::kAxis); }
const Dim& Extent(const VjpContext& v, size_t operand) { return v.x(operand).type().shape[Axis(v)]; }

}  // namespace

Value VjpReshape(const VjpContext& v, size_t) { return v.build().Reshape(v.g, v.x(0).type().shape); }

Value VjpTranspose(const VjpContext& v, size_t) {
  const auto& axes = v.attribute<std::vector<int64_t>>(AttributeKey::kAxes);
  std::vector<int64_t> inverse(axes.size());
  for (size_t i = 0; i < axes.size(); ++i) inverse[axes[i]] = static_cast<int64_t>(i);
  return v.build().Transpose(v.g, inverse);
}

Value VjpBroadcast(const VjpContext& v, size_t) { return v.g; }  // the walker sums it

Value VjpSlice(const VjpContext& v, size_t) {
  const Dim &start = v.attribute<Dim>(AttributeKey::kStart), &limit = v.attribute<Dim>(AttributeKey::kLimit);
  return v.build().Pad(v.g, Axis(v), start, Extent(v, 0) - limit);
}

Value VjpPad(const VjpContext& v, size_t) {
  const Dim& low = v.attribute<Dim>(AttributeKey::kLow);
  return v.build().Slice(v.g, Axis(v), low, low + Extent(v, 0));
}

Value VjpConcat(const VjpContext& v, size_t i) {
  Dim start = 0;
  for (size_t before = 0; before < i; ++before) start = start + Extent(v, before);
  return v.build().Slice(v.g, Axis(v), start, start + Extent(v, i));
}

Value VjpReverse(const VjpContext& v, size_t) { return v.build().Reverse(v.g, Axis(v)); }

Value VjpShear(const VjpContext& v, size_t) {
  return v.build().Unshear(v.g, Axis(v), v.attribute<int64_t>(AttributeKey::kStride),
                           v.attribute<int64_t>(AttributeKey::kDilation), Extent(v, 0));
}

// The axis may be longer than the windows reach, and then more of them fit than there were.
Value VjpUnshear(const VjpContext& v, size_t) {
  Value windows = v.build().Shear(v.g, Axis(v), v.attribute<int64_t>(AttributeKey::kStride),
                                  v.attribute<int64_t>(AttributeKey::kDilation));
  if (v.build().type(windows) == v.x(0).type()) return windows;
  return v.build().Slice(windows, Axis(v), 0, Extent(v, 0));
}

}  // namespace nnc::passes
