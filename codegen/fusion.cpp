#include "codegen/fusion.h"

#include <algorithm>
#include <utility>

#include "codegen/expansions.h"

namespace nnc::codegen {
namespace {

using ir::Op;
using ir::Value;

// Scalars up to this cost are made again in every kernel that reads them.
constexpr int64_t kCheapScalar = 2;
// Values of one kernel: its code is emitted by recursion from what it stores to what it reads, and LLVM's time on a
// block grows faster than the block.
constexpr size_t kMostMembers = 256;

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

bool Fusion::IsFull(int group) const { return groups_[static_cast<size_t>(group)].members.size() >= kMostMembers; }

Fusion::Fusion(const ir::Function& function, const Waits& waits)
    : function_(function),
      waits_(waits),
      home_(function.size(), -1),
      stored_(function.size(), false),
      expansions_(FindExpansions(function)),
      alias_(function.size()),
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
  while (IsAlias(value)) value = alias_[value.index];
  return value;
}

void Fusion::Visit(Value v) {
  const ir::Node& n = node(v);
  if (n.op == Op::kPart) return VisitPart(v);
  if (n.op == Op::kScan) return VisitScan(v);
  const bool split = IsSplitReshape(function_, n);
  if (n.op == Op::kReshape && (!split || stored_[v.index])) {
    const bool used = stored_[v.index] || !readers_[v.index].empty() || !Evaluators(v).empty();
    if (used) MakeAlias(v, n.operands[0]);
    return;
  }
  const bool cheap_scalar =
      n.type.elements() == 1 && ir::IsElementwise(n.op) && CostOf(n) <= kCheapScalar && !stored_[v.index];
  const bool expansion = expansions_[v.index] && !stored_[v.index];
  if (expansion) MergeEvaluators(v);
  if (!cheap_scalar && !expansion && !IsRecomputed(function_, n)) return VisitGeneral(v);
  if (!n.operands.empty() && std::ranges::any_of(Evaluators(v), [&](int group) { return IsFull(group); })) {
    return SetOutput(v, StartGroup(v), IdentityMap(ShapeOf(function_, v)));
  }
  for (int group : std::set<int>(Evaluators(v))) Join(v, group);
  if (stored_[v.index]) SetOutput(v, StartGroup(v), IdentityMap(ShapeOf(function_, v)));
}

void Fusion::MakeAlias(Value v, Value of) {
  alias_[v.index] = of;
  stored_[of.index] = true;
  readers_[of.index].insert(Evaluators(v).begin(), Evaluators(v).end());
  readers_[of.index].insert(readers_[v.index].begin(), readers_[v.index].end());
}

Value Fusion::FirstOfEqualParts(Value v) const {
  const ir::Node& part = node(v);
  Value first = part.operands[0];
  do {
    ++first.index;
  } while (node(first).op != Op::kPart || node(first).operands != part.operands ||
           node(first).attributes != part.attributes);
  return first;
}

void Fusion::VisitPart(Value v) {
  MergeEvaluators(v);
  if (Evaluators(v).empty() && readers_[v.index].empty() && !stored_[v.index]) return;
  if (const Value first = FirstOfEqualParts(v); first != v) return MakeAlias(v, first);
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
    if (!readers.contains(group) && !IsFull(group) && IsAtHand(v, groups_[static_cast<size_t>(group)])) {
      Join(v, group);
    } else {
      readers.insert(group);
    }
  }
  if (!stored_[v.index]) {
    if (readers.empty()) return;
    const int first = *readers.begin();
    if (readers.size() == 1 && CanJoin(v, first)) return Join(v, first);
  }
  for (int group : evaluators) {
    const IndexMap* map = OutputMap(v, groups_[static_cast<size_t>(group)]);
    const bool also_whole = readers_[v.index].contains(group);
    if (map == nullptr || also_whole || !CanJoin(v, group)) continue;
    if (std::ranges::any_of(readers, [&](int other) { return other != group && Reaches(group, other); })) continue;
    const IndexMap place = *map;
    FoldMissingAxes(place, groups_[static_cast<size_t>(group)]);
    Join(v, group);
    return SetOutput(v, group, place);
  }
  SetOutput(v, StartGroup(v), IdentityMap(ShapeOf(function_, v)));
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
  UseOperands(v, number);
}

void Fusion::UseOperands(Value v, int number) {
  const ir::Node& n = node(v);
  for (const IndexMap& map : std::set<IndexMap>(groups_[static_cast<size_t>(number)].uses.at(v))) {
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
  FoldMissingAxes(map, group);
  if (group.folded.empty()) {
    for (int64_t extent : FoldedExtents(function_, node(v))) {
      group.folded.push_back(static_cast<int>(group.axes.size()));
      group.axes.push_back({extent, true});
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
