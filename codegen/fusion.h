// Which nodes share a kernel. The algorithm is stated in schedule.h; this is its steps 1 to 4.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "codegen/group_order.h"
#include "codegen/operand_view.h"
#include "codegen/schedule.h"

namespace nnc::codegen {

inline bool IsReduce(const ir::Node& node) { return ir::InfoOf(node.op).op_class == ir::OpClass::kReduce; }
inline bool IsLine(const ir::Node& node) { return ir::InfoOf(node.op).op_class == ir::OpClass::kLine; }

// A kernel while it grows.
struct Group {
  std::vector<Axis> axes;
  std::vector<int> folded;
  ir::Value root;                     // MatMul, ScatterAdd, Scan or a Line op
  IndexMap root_map;                  // of the MatMul
  std::vector<OperandView> operands;  // of the MatMul
  std::set<ir::Value> members;
  std::map<ir::Value, std::set<IndexMap>> uses;  // every value it evaluates, and at which elements
  std::set<ir::Value> whole;  // values that it reads from memory as a whole: operands of the root, tables
  std::map<ir::Value, IndexMap> outputs;
  bool merged = false;  // into another; to be ignored

  uint64_t AxisSet(bool reduced) const;  // numbers of the axes that are reduced, or parallel, as a bit set
  std::vector<int64_t> Extents(bool reduced) const;
};

class Fusion {
 public:
  Fusion(const ir::Function& function, const Waits& waits);

  const std::vector<Group>& groups() const { return groups_; }
  // The group that stores a value; -1 where none does (arguments, values in registers).
  int home(ir::Value value) const { return home_[value.index]; }
  // The value in whose memory `value` lies: itself, what it is a reshape of, or the first of equal parts of a loop.
  ir::Value StorageOf(ir::Value value) const;
  bool IsAlias(ir::Value value) const { return alias_[value.index].valid(); }
  // The values that a group reads from memory, as their storage.
  std::set<ir::Value> Inputs(int group) const;
  // The values that must be in memory before a group runs, though it does not read them, as their storage.
  std::set<ir::Value> Awaited(int group) const;
  // True if group `a` needs what group `b` makes, at once or through others.
  bool Reaches(int a, int b) const { return order_.Reaches(a, b); }

 private:
  const ir::Node& node(ir::Value v) const { return function_.node(v); }

  void Visit(ir::Value v);
  void VisitGeneral(ir::Value v);
  void VisitPart(ir::Value v);
  void VisitScan(ir::Value v);
  void MakeAlias(ir::Value v, ir::Value of);
  // The first node that takes the same part of the loop as `v`: it has the memory.
  ir::Value FirstOfEqualParts(ir::Value v) const;
  void StoreMergedAxes();
  // The groups that evaluate `v`, in the order in which they were started.
  const std::set<int>& Evaluators(ir::Value v) const { return evaluators_[v.index]; }
  // Whether the group reads all that `v` is made of at the elements that `v` needs: to make it again costs less than to
  // read it.
  bool IsAtHand(ir::Value v, const Group& group) const;
  // Whether `v` may be computed inside the group, at every map it is used at.
  bool CanJoin(ir::Value v, int group) const;
  // Whether nothing more may be computed inside the group.
  bool IsFull(int group) const;
  bool CanJoinElementwise(ir::Value v, const Group& group) const;
  bool CanJoinReduce(ir::Value v, const Group& group) const;
  bool CanJoinProduct(ir::Value v, const Group& group) const;
  bool ReadsAll(ir::Value v, const IndexMap& map, const Group& group) const;
  // True if the loop may become a row kernel that makes `v` from a reduction over its innermost axes, before it goes
  // along them again: the statistics of a layer norm, which the gradient reads too.
  bool MayFoldRows(ir::Value v, const IndexMap& map, const Group& group) const;
  bool IsFoldedFrom(ir::Value v, const std::vector<int64_t>& extents, int depth) const;
  void FoldMissingAxes(const IndexMap& map, Group& group);
  // The map at which the group may store `v`, or null.
  const IndexMap* OutputMap(ir::Value v, const Group& group) const;

  int AddGroup(Group group);
  int StartGroup(ir::Value v);
  void AddUse(int group, ir::Value v, const IndexMap& map);
  void Join(ir::Value v, int group);
  // The operands of a member at the places where it is used.
  void UseOperands(ir::Value v, int group);
  void JoinReduce(ir::Value v, int group);
  void JoinScatter(ir::Value v, int group);
  void ReadWhole(ir::Value v, int group);
  void SetOutput(ir::Value v, int group, const IndexMap& map);

  // fusion_merge.cpp
  bool CanMerge(int a, int b) const;
  static std::vector<int> AxesInOrder(const Group& into, const Group& from);
  std::vector<int> AxesBy(ir::Value v, const Group& into, const Group& from) const;
  // Adds `from` to `into`; `axis` gives for each axis of `from` that of `into`.
  void Merge(int into, int from, const std::vector<int>& axis);
  void MergeEvaluators(ir::Value v);
  void MergeSiblings();

  const ir::Function& function_;
  const Waits& waits_;
  std::vector<Group> groups_;
  std::vector<int> home_;
  std::vector<bool> stored_;               // must be in memory
  const std::vector<bool> expansions_;     // expansions.h
  std::vector<ir::Value> alias_;           // for each value the one whose memory it is in; not valid: its own
  std::vector<std::set<int>> evaluators_;  // for each value, the groups that use it
  std::vector<std::set<int>> readers_;     // groups that read a value whole, also through aliases, or wait for it
  std::map<ir::Value, std::vector<ir::Value>> parts_;  // of each loop's result, those that something reads
  GroupOrder order_;                                   // which groups read what others store
};

}  // namespace nnc::codegen
