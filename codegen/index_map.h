// Where an element of a value lies, as a function of a kernel's loop counters.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "ir/function.h"

namespace nnc::codegen {

// The index along one axis of a value: scale * counter(axis) + offset, with scale 1 or -1; only the offset where axis
// is -1.
struct AxisIndex {
  int axis = -1;  // number of a kernel's axis
  int64_t scale = 0;
  int64_t offset = 0;
  auto operator<=>(const AxisIndex&) const = default;
};
inline AxisIndex CounterOf(int axis) { return {axis, 1, 0}; }

// One entry for each axis of the value.
using IndexMap = std::vector<AxisIndex>;

// Axes of extent 1 need no counter: the identity map of a shape numbers the other axes from `first` on.
IndexMap IdentityMap(const std::vector<int64_t>& shape, int first = 0);

// Constant sizes of a value's axes.
std::vector<int64_t> ShapeOf(const ir::Function& function, ir::Value value);

// True for a reduction all of whose folded axes have one element: it only drops them.
bool IsTrivialReduce(const ir::Function& function, const ir::Node& node);
// True for a reshape that only adds and drops axes of one element.
bool IsUnitReshape(const ir::Function& function, const ir::Node& node);
// The axes a reduction folds (also ArgMax, as a list of one).
std::vector<int64_t> FoldedAxes(const ir::Node& node);

// Where operand `operand` of an elementwise or movement node is read to make the node's element at `map`. Reshapes must
// be unit reshapes and reductions trivial. For Pad and Concat the index may lie outside the operand: see Segment.
IndexMap OperandMap(const ir::Function& function, const ir::Node& node, size_t operand, const IndexMap& map);
// Where a reduction's operand is read: kept axes as the result's `map` says, folded ones by `folded`, in order, those
// of one element by 0.
IndexMap ReduceOperandMap(const ir::Function& function, const ir::Node& node, const IndexMap& map,
                          const std::vector<int>& folded);

// The stretch [low, high) of a Pad's or Concat's axis that operand `operand` fills.
struct Segment {
  int64_t low = 0;
  int64_t high = 0;
};
Segment SegmentOf(const ir::Function& function, const ir::Node& node, size_t operand);

// True if each counter appears at most once, unshifted and forward: distinct counters give distinct elements in order.
bool IsProjection(const IndexMap& map);
// The counters that appear in the map, as a bit set.
uint64_t AxesIn(const IndexMap& map);

}  // namespace nnc::codegen
