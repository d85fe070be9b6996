// Where an element of a value lies, as a function of a kernel's loop counters.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "ir/function.h"

namespace nnc::codegen {

// The index along one axis of a value: (sum of scale * counter + offset) / divisor. Movements compose in closed form: a
// slice adds, a mirror negates, windows add counters, and their way back divides. Where the division leaves a remainder
// the element does not exist (see SegmentOf), so it never rounds.
struct AxisIndex {
  struct Term {
    int axis = -1;  // number of a kernel's axis
    int64_t scale = 0;
    auto operator<=>(const Term&) const = default;
  };
  std::vector<Term> terms;  // sorted by axis, no scale 0
  int64_t offset = 0;
  int64_t divisor = 1;  // positive, in lowest terms
  auto operator<=>(const AxisIndex&) const = default;

  bool constant() const { return terms.empty(); }
  // The axis whose counter, as it is, the index is; -1 where it is anything else.
  int counter() const;
};
AxisIndex CounterOf(int axis);
AxisIndex operator+(const AxisIndex& a, const AxisIndex& b);
AxisIndex operator+(AxisIndex a, int64_t offset);
AxisIndex operator*(AxisIndex a, int64_t factor);
AxisIndex DivideExactly(AxisIndex a, int64_t divisor);

// One entry for each axis of the value.
using IndexMap = std::vector<AxisIndex>;

// Axes of extent 1 need no counter: the identity map of a shape numbers the other axes from `first` on.
IndexMap IdentityMap(const std::vector<int64_t>& shape, int first = 0);

// Constant sizes of a value's axes.
std::vector<int64_t> ShapeOf(const ir::Function& function, ir::Value value);

// True for a reduction all of whose folded axes have one element: it only drops them.
bool IsTrivialReduce(const ir::Function& function, const ir::Node& node);
// True for a reshape that only splits axes, or adds and drops axes of one element: the operand's index is then linear
// in the result's.
bool IsSplitReshape(const ir::Function& function, const ir::Node& node);
// The axes a reduction folds (also ArgMax, as a list of one).
std::vector<int64_t> FoldedAxes(const ir::Node& node);
// Extents of those axes, without those of one element.
std::vector<int64_t> FoldedExtents(const ir::Function& function, const ir::Node& node);

// Where operand `operand` of an elementwise or movement node is read to make the node's element at `map`. Reshapes must
// be split reshapes and reductions trivial. The index may lie outside the operand where HasSegments: see Segment.
IndexMap OperandMap(const ir::Function& function, const ir::Node& node, size_t operand, const IndexMap& map);
// Where a reduction's operand is read: kept axes as the result's `map` says, folded ones by `folded`, in order, those
// of one element by 0.
IndexMap ReduceOperandMap(const ir::Function& function, const ir::Node& node, const IndexMap& map,
                          const std::vector<int>& folded);

// True for the movements whose elements may lie outside an operand: Pad, Concat, Unshear.
bool HasSegments(const ir::Node& node);
// An element of such a node comes from operand `operand` if this index along the operand's axis is whole and in [0,
// extent).
struct Segment {
  AxisIndex index;
  int64_t extent = 0;
  auto operator<=>(const Segment&) const = default;
};
Segment SegmentOf(const ir::Function& function, const ir::Node& node, size_t operand, const IndexMap& map);

// True if each counter appears at most once, unshifted and forward: distinct counters give distinct elements in order.
bool IsProjection(const IndexMap& map);
// The counters that appear in the map, as a bit set.
uint64_t AxesIn(const AxisIndex& index);
uint64_t AxesIn(const IndexMap& map);

}  // namespace nnc::codegen
