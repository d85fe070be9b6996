// What may be computed where: the conditions of the steps of fusion.cpp.
#include <algorithm>
#include <bit>
#include <utility>

#include "codegen/fusion.h"

namespace nnc::codegen {
namespace {

using ir::Op;
using ir::Value;

// An elementwise value at least this dear is computed once an element, not once for each index map or broadcast.
constexpr int64_t kDear = 4;
// Elements of the widest vector that a product is summed in.
constexpr int64_t kWidestVector = 16;

// The axis whose steps are steps of the index, or -1.
int InnerAxis(const AxisIndex& index) {
  for (const AxisIndex::Term& term : index.terms) {
    if (term.scale == 1) return term.axis;
  }
  return -1;
}

// True if each axis is one digit of one index, and the digits of an index number all its places: the map leads from the
// axes of reshaped and transposed elements to those of the value.
bool TakesApart(const IndexMap& map, const std::vector<int64_t>& shape, const std::vector<Axis>& axes) {
  size_t digits = 0;
  for (size_t i = 0; i < shape.size(); ++i) {
    std::vector<AxisIndex::Term> terms = map[i].terms;
    std::ranges::sort(terms, {}, &AxisIndex::Term::scale);
    int64_t places = 1;
    for (const AxisIndex::Term& term : terms) {
      if (term.scale != places) return false;
      places *= axes[static_cast<size_t>(term.axis)].extent;
    }
    if (places != shape[i] || map[i].offset != 0 || map[i].divisor != 1) return false;
    digits += terms.size();
  }
  return digits == axes.size() && static_cast<size_t>(std::popcount(AxesIn(map))) == axes.size();
}

}  // namespace

// The map takes each counter's whole range to a whole axis of `v`: the group reads all of `v`, each element at its own
// place.
bool Fusion::ReadsAll(Value v, const IndexMap& map, const Group& group) const {
  const std::vector<int64_t> shape = ShapeOf(function_, v);
  for (size_t i = 0; i < shape.size(); ++i) {
    const int counter = map[i].counter();
    const int64_t extent = counter < 0 ? 1 : group.axes[static_cast<size_t>(counter)].extent;
    if (extent != shape[i]) return false;
  }
  return IsProjection(map);
}

bool Fusion::IsAtHand(Value v, const Group& group) const {
  const ir::Node& n = node(v);
  constexpr int64_t kRead = 6;  // vector instructions that a load from the outer caches is worth
  if (!ir::IsElementwise(n.op) || CostOf(n) > kRead || group.uses.at(v).size() != 1) return false;
  for (size_t i = 0; i < n.operands.size(); ++i) {
    const Value operand = n.operands[i];
    if (node(operand).op == Op::kConstant) continue;
    const auto uses = group.uses.find(operand);
    if (uses == group.uses.end()) return false;
    if (!uses->second.contains(OperandMap(function_, n, i, *group.uses.at(v).begin()))) return false;
  }
  return true;
}

bool Fusion::CanJoin(Value v, int number) const {
  const ir::Node& n = node(v);
  const Group& group = groups_[static_cast<size_t>(number)];
  if (IsFull(number)) return false;
  if (n.op == Op::kScatterAdd || IsLine(n)) return false;
  if (n.op == Op::kMatMul) return CanJoinProduct(v, group);
  if (IsReduce(n)) return CanJoinReduce(v, group);
  return CanJoinElementwise(v, group);
}

bool Fusion::CanJoinElementwise(Value v, const Group& group) const {
  const std::set<IndexMap>& maps = group.uses.at(v);
  const bool dear = CostOf(node(v)) >= kDear;
  if (maps.size() > (dear ? 1 : 3)) return false;
  if (!dear || node(v).type.elements() == 1) return true;
  // Missing axes repeat the work, unless their loops are inside those of the value's own axes.
  const uint64_t own = AxesIn(*maps.begin());
  const uint64_t all = group.AxisSet(false) | group.AxisSet(true);
  const uint64_t missing = all & ~own;
  if (missing == 0) return true;
  if (group.root.valid()) return false;
  if (missing == group.AxisSet(true)) return true;
  return group.folded.empty() && std::cmp_less_equal(std::bit_width(own), std::countr_zero(missing));
}

bool Fusion::CanJoinReduce(Value v, const Group& group) const {
  const std::set<IndexMap>& maps = group.uses.at(v);
  if (group.root.valid() || maps.size() != 1 || !ReadsAll(v, *maps.begin(), group)) return false;
  const uint64_t own = AxesIn(*maps.begin());
  const std::vector<int64_t> folded = FoldedExtents(function_, node(v));
  if (!group.folded.empty()) return own == group.AxisSet(false) && folded == group.Extents(true);
  std::vector<int64_t> rest;
  for (size_t i = 0; i < group.axes.size(); ++i) {
    if ((own >> i & 1) == 0) rest.push_back(group.axes[i].extent);
  }
  return rest.empty() || rest == folded;
}

bool Fusion::CanJoinProduct(Value v, const Group& group) const {
  const std::set<IndexMap>& maps = group.uses.at(v);
  if (!group.folded.empty() || group.root.valid() || maps.size() != 1) return false;
  const IndexMap& map = *maps.begin();
  const std::vector<int64_t> shape = ShapeOf(function_, v);
  if (map == IdentityMap(shape)) return ReadsAll(v, map, group) && AxesIn(map) == group.AxisSet(false);
  // Lanes stay side by side: they run along the group's last axis and never go on in the next row.
  const int columns = InnerAxis(map.back());
  const bool wide = columns >= 0 && columns + 1 == static_cast<int>(group.axes.size()) &&
                    group.axes.back().extent % kWidestVector == 0;
  return wide && TakesApart(map, shape, group.axes);
}

const IndexMap* Fusion::OutputMap(Value v, const Group& group) const {
  if (group.root.valid() && node(group.root).op == Op::kScatterAdd) return nullptr;
  const uint64_t parallel = group.AxisSet(false);
  const uint64_t reduced = group.AxisSet(true);
  // What a reduction folds is better stored by the kernel that makes it (a product's epilogue, a softmax) than by the
  // reduction, so only a kernel that stores inside its reduced axes anyway takes more such values.
  const bool row = std::ranges::any_of(group.outputs, [&](const auto& o) { return (AxesIn(o.second) & reduced) != 0; });
  for (const IndexMap& map : group.uses.at(v)) {
    const uint64_t axes = AxesIn(map);
    if (ReadsAll(v, map, group) && ((row && axes == (parallel | reduced)) || axes == parallel)) return &map;
    if (MayFoldRows(v, map, group)) return &map;
  }
  return nullptr;
}

bool Fusion::MayFoldRows(Value v, const IndexMap& map, const Group& group) const {
  const uint64_t own = AxesIn(map), missing = group.AxisSet(false) & ~own;
  if (group.root.valid() || !group.folded.empty() || own == 0 || missing == 0) return false;
  const bool innermost = std::cmp_less_equal(std::bit_width(own), std::countr_zero(missing));
  std::vector<int64_t> extents;
  for (size_t i = 0; i < group.axes.size(); ++i) {
    if ((missing >> i & 1) != 0) extents.push_back(group.axes[i].extent);
  }
  constexpr int kChain = 8;  // ops between the reduction and `v`
  return innermost && group.uses.at(v).size() == 1 && ReadsAll(v, map, group) && IsFoldedFrom(v, extents, kChain);
}

bool Fusion::IsFoldedFrom(Value v, const std::vector<int64_t>& extents, int depth) const {
  const ir::Node& n = node(v);
  if (IsReduce(n)) return FoldedExtents(function_, n) == extents;
  return depth > 0 && ir::IsElementwise(n.op) && std::ranges::any_of(n.operands, [&](Value operand) {
           return function_.type(operand).shape == n.type.shape && IsFoldedFrom(operand, extents, depth - 1);
         });
}

}  // namespace nnc::codegen
