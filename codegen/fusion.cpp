#include "codegen/fusion.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include "codegen/expansions.h"

namespace nnc::codegen {
namespace {

using ir::Op;
using ir::Value;

// An elementwise value at least this dear is computed once an element, not once for each index map or broadcast.
constexpr int64_t kDear = 4;
// Scalars up to this cost are made again in every kernel that reads them.
constexpr int64_t kCheapScalar = 2;

bool IsReduce(const ir::Node& node) { return ir::InfoOf(node.op).op_class == ir::OpClass::kReduce; }
bool IsLine(const ir::Node& node) { return ir::InfoOf(node.op).op_class == ir::OpClass::kLine; }

// Extents of the axes that a reduction folds, without those of one element.
std::vector<int64_t> FoldedExtents(const ir::Function& function, const ir::Node& node) {
  const std::vector<int64_t> shape = ShapeOf(function, node.operands[0]);
  std::vector<int64_t> extents;
  for (int64_t axis : FoldedAxes(node)) {
    if (shape[static_cast<size_t>(axis)] != 1) extents.push_back(shape[static_cast<size_t>(axis)]);
  }
  return extents;
}

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

uint64_t Group::AxisSet(bool reduced) const {
  uint64_t set = 0;
  for (size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].reduced == reduced) set |= uint64_t{1} << i;
  }
  return set;
}

std::vector<int64_t> Group::Extents(bool reduced) const {
  std::vector<int64_t> extents;
  for (const Axis& axis : axes) {
    if (axis.reduced == reduced) extents.push_back(axis.extent);
  }
  return extents;
}

Fusion::Fusion(const ir::Function& function, const Waits& waits)
    : function_(function),
      waits_(waits),
      home_(function.size(), -1),
      stored_(function.size(), false),
      expansions_(FindExpansions(function)),
      alias_(function.size(), false),
      evaluators_(function.size()),
      readers_(function.size()) {
  for (const ir::Result& result : function.results()) stored_[result.value.index] = true;
  StoreMergedAxes();
  for (uint32_t i = function.size(); i-- > function.argument_count();) Visit(Value{i});
  MergeSiblings();
}

// What is reshaped in another way than by splitting axes is in memory for whoever evaluates the result's elements.
// Products, which could look through it, then read it there, and not something else that would be stored for them
// alone.
void Fusion::StoreMergedAxes() {
  for (uint32_t i = function_.argument_count(); i < function_.size(); ++i) {
    const ir::Node& n = node(Value{i});
    if (n.op == Op::kMatMul || ir::InfoOf(n.op).op_class == ir::OpClass::kMovement) continue;
    for (Value operand : n.operands) {
      const ir::Node& reshape = node(operand);
      const bool merges = reshape.op == Op::kReshape && !IsSplitReshape(function_, reshape);
      if (merges) stored_[reshape.operands[0].index] = true;
    }
  }
}

Value Fusion::StorageOf(Value value) const {
  while (alias_[value.index]) value = node(value).operands[0];
  return value;
}

void Fusion::Visit(Value v) {
  const ir::Node& n = node(v);
  if (n.op == Op::kPart) return VisitPart(v);
  if (n.op == Op::kScan) return VisitScan(v);
  const bool split = IsSplitReshape(function_, n);
  if (n.op == Op::kReshape && (!split || stored_[v.index])) {
    const bool used = stored_[v.index] || !readers_[v.index].empty() || !Evaluators(v).empty();
    if (used) MakeAlias(v);
    return;
  }
  const bool cheap_scalar =
      n.type.elements() == 1 && ir::IsElementwise(n.op) && CostOf(n) <= kCheapScalar && !stored_[v.index];
  const bool expansion = expansions_[v.index] && !stored_[v.index];
  if (expansion) MergeEvaluators(v);
  if (!cheap_scalar && !expansion && !IsRecomputed(function_, n)) return VisitGeneral(v);
  for (int group : std::set<int>(Evaluators(v))) Join(v, group);
  if (stored_[v.index]) SetOutput(v, StartGroup(v), IdentityMap(ShapeOf(function_, v)));
}

void Fusion::MakeAlias(Value v) {
  const Value operand = node(v).operands[0];
  alias_[v.index] = true;
  stored_[operand.index] = true;
  readers_[operand.index].insert(Evaluators(v).begin(), Evaluators(v).end());
  readers_[operand.index].insert(readers_[v.index].begin(), readers_[v.index].end());
}

void Fusion::VisitPart(Value v) {
  MergeEvaluators(v);
  if (Evaluators(v).empty() && readers_[v.index].empty() && !stored_[v.index]) return;
  stored_[v.index] = true;
  parts_[node(v).operands[0]].push_back(v);
}

void Fusion::VisitScan(Value v) {
  const auto parts = parts_.find(v);
  if (parts == parts_.end()) return;
  Group group;
  group.root = v;
  group.members.insert(v);
  const int number = AddGroup(std::move(group));
  for (Value operand : node(v).operands) ReadWhole(operand, number);
  for (Value part : parts->second) SetOutput(part, number, {});
}

void Fusion::VisitGeneral(Value v) {
  MergeEvaluators(v);
  const std::set<int> evaluators = Evaluators(v);
  const bool used = !evaluators.empty() || !readers_[v.index].empty() || stored_[v.index];
  if (!used) return;
  std::set<int> readers = readers_[v.index];
  for (int group : evaluators) {
    if (!readers.contains(group) && IsAtHand(v, groups_[static_cast<size_t>(group)])) {
      Join(v, group);
    } else {
      readers.insert(group);
    }
  }
  if (!stored_[v.index]) {
    if (readers.empty()) return;
    const int first = *readers.begin();
    if (readers.size() == 1 && CanJoin(v, groups_[static_cast<size_t>(first)])) return Join(v, first);
  }
  for (int group : evaluators) {
    const IndexMap* map = OutputMap(v, groups_[static_cast<size_t>(group)]);
    const bool also_whole = readers_[v.index].contains(group);
    if (map == nullptr || also_whole || !CanJoin(v, groups_[static_cast<size_t>(group)])) continue;
    if (std::ranges::any_of(readers, [&](int other) { return other != group && Reaches(group, other); })) continue;
    const IndexMap place = *map;
    FoldMissingAxes(place, groups_[static_cast<size_t>(group)]);
    Join(v, group);
    return SetOutput(v, group, place);
  }
  SetOutput(v, StartGroup(v), IdentityMap(ShapeOf(function_, v)));
}

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

bool Fusion::CanJoin(Value v, const Group& group) const {
  const ir::Node& n = node(v);
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

void Fusion::FoldMissingAxes(const IndexMap& map, Group& group) {
  const uint64_t own = AxesIn(map);
  if (!group.folded.empty() || group.root.valid()) return;
  for (size_t i = 0; i < group.axes.size(); ++i) {
    if ((own >> i & 1) != 0) continue;
    group.axes[i].reduced = true;
    group.folded.push_back(static_cast<int>(i));
  }
}

int Fusion::AddGroup(Group group) {
  groups_.push_back(std::move(group));
  order_.AddNode();
  return static_cast<int>(groups_.size()) - 1;
}

void Fusion::AddUse(int group, Value v, const IndexMap& map) {
  groups_[static_cast<size_t>(group)].uses[v].insert(map);
  evaluators_[v.index].insert(group);
}

int Fusion::StartGroup(Value v) {
  Group group;
  const std::vector<int64_t> shape = ShapeOf(function_, v);
  for (int64_t extent : shape) {
    if (extent != 1) group.axes.push_back({extent, false});
  }
  const int number = AddGroup(std::move(group));
  AddUse(number, v, IdentityMap(shape));
  Join(v, number);
  return number;
}

void Fusion::Join(Value v, int number) {
  Group& group = groups_[static_cast<size_t>(number)];
  const ir::Node& n = node(v);
  group.members.insert(v);
  if (const auto wait = waits_.find(v); wait != waits_.end()) {
    readers_[wait->second.index].insert(number);
    stored_[wait->second.index] = true;
  }
  if (n.op == Op::kMatMul || IsLine(n)) {
    group.root = v;
    group.root_map = *group.uses.at(v).begin();
    if (n.op == Op::kMatMul) {
      group.operands = ViewOperands(function_, v, [&](Value operand) { return stored_[operand.index]; });
      for (const OperandView& operand : group.operands) ReadWhole(operand.source, number);
    } else {
      for (Value operand : n.operands) ReadWhole(operand, number);
    }
    return;
  }
  if (n.op == Op::kScatterAdd) return JoinScatter(v, number);
  if (IsReduce(n) && !IsTrivialReduce(function_, n)) return JoinReduce(v, number);
  for (const IndexMap& map : std::set<IndexMap>(group.uses.at(v))) {
    if (n.op == Op::kTake) {
      const size_t ids = static_cast<size_t>(function_.type(n.operands[1]).rank());
      AddUse(number, n.operands[1], IndexMap(map.begin(), map.begin() + static_cast<int64_t>(ids)));
      ReadWhole(n.operands[0], number);
    } else if (n.op == Op::kUniform) {
      AddUse(number, n.operands[0], {});
    } else {
      for (size_t i = 0; i < n.operands.size(); ++i) {
        AddUse(number, n.operands[i], OperandMap(function_, n, i, map));
      }
    }
  }
}

void Fusion::JoinReduce(Value v, int number) {
  Group& group = groups_[static_cast<size_t>(number)];
  const IndexMap map = *group.uses.at(v).begin();
  if (group.folded.empty()) {
    const uint64_t own = AxesIn(map);
    for (size_t i = 0; i < group.axes.size(); ++i) {
      if ((own >> i & 1) == 0) group.axes[i].reduced = true;
    }
    if (group.AxisSet(true) == 0) {
      for (int64_t extent : FoldedExtents(function_, node(v))) group.axes.push_back({extent, true});
    }
    for (size_t i = 0; i < group.axes.size(); ++i) {
      if (group.axes[i].reduced) group.folded.push_back(static_cast<int>(i));
    }
  }
  AddUse(number, node(v).operands[0], ReduceOperandMap(function_, node(v), map, group.folded));
}

// Axes of a scatter: those of the table, then those of the ids; a row's inner axes are the table's.
void Fusion::JoinScatter(Value v, int number) {
  Group& group = groups_[static_cast<size_t>(number)];
  const ir::Node& n = node(v);
  const std::vector<int64_t> ids = ShapeOf(function_, n.operands[1]);
  const IndexMap table = IdentityMap(ShapeOf(function_, v));
  const IndexMap rows = IdentityMap(ids, static_cast<int>(group.axes.size()));
  for (int64_t extent : ids) {
    if (extent != 1) group.axes.push_back({extent, true});
  }
  for (size_t i = 0; i < group.axes.size(); ++i) {
    if (group.axes[i].reduced) group.folded.push_back(static_cast<int>(i));
  }
  group.root = v;
  group.root_map = table;
  AddUse(number, n.operands[0], table);
  AddUse(number, n.operands[1], rows);
  IndexMap row = rows;
  row.insert(row.end(), table.begin() + 1, table.end());
  AddUse(number, n.operands[2], row);
}

void Fusion::ReadWhole(Value v, int group) {
  groups_[static_cast<size_t>(group)].whole.insert(v);
  stored_[v.index] = true;
  readers_[v.index].insert(group);
}

void Fusion::SetOutput(Value v, int number, const IndexMap& map) {
  groups_[static_cast<size_t>(number)].outputs[v] = map;
  home_[v.index] = number;
  std::set<int> readers = readers_[v.index];
  readers.insert(Evaluators(v).begin(), Evaluators(v).end());
  for (int group : readers) {
    const bool computes = groups_[static_cast<size_t>(group)].members.contains(v) && !readers_[v.index].contains(group);
    if (group != number && !computes) order_.AddNeed(group, number);
  }
}

std::set<Value> Fusion::Inputs(int number) const {
  const Group& group = groups_[static_cast<size_t>(number)];
  std::set<Value> inputs;
  for (Value v : group.whole) inputs.insert(StorageOf(v));
  for (const auto& [v, maps] : group.uses) {
    if (!group.members.contains(v)) inputs.insert(StorageOf(v));
  }
  return inputs;
}

std::set<Value> Fusion::Awaited(int number) const {
  std::set<Value> awaited;
  for (Value v : groups_[static_cast<size_t>(number)].members) {
    if (const auto wait = waits_.find(v); wait != waits_.end()) awaited.insert(StorageOf(wait->second));
  }
  return awaited;
}

}  // namespace nnc::codegen
