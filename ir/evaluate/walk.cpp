#include "ir/evaluate/walk.h"

namespace nnc::ir {

Strides RowMajor(const Extents& extents) {
  Strides strides(extents.size());
  int64_t stride = 1;
  for (size_t axis = extents.size(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= extents[axis];
  }
  return strides;
}

Strides BroadcastStrides(const Extents& from, const Extents& to) {
  Strides strides(to.size());
  Strides own = RowMajor(from);
  size_t missing = to.size() - from.size();
  for (size_t axis = 0; axis < from.size(); ++axis) {
    strides[missing + axis] = from[axis] == to[missing + axis] ? own[axis] : 0;
  }
  return strides;
}

}  // namespace nnc::ir
