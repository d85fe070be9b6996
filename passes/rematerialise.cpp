#include "passes/rematerialise.h"

#include <algorithm>
#include <utility>

#include "passes/rewriter.h"

namespace nnc::passes {
namespace {

using ir::OpClass;
using ir::Value;

// The length of the longest path from an argument or constant to each value.
std::vector<int> Depths(const ir::Function& function) {
  std::vector<int> depths(function.size(), 0);
  for (uint32_t i = 0; i < function.size(); ++i) {
    for (Value operand : function.node(Value{i}).operands) depths[i] = std::max(depths[i], depths[operand.index] + 1);
  }
  return depths;
}

// For each value of the backward pass, whether a product or loop reads it, itself or a view of it: such are in memory
// anyway.
std::vector<bool> FindMilestones(const ir::Function& function, const std::vector<bool>& backward) {
  std::vector<bool> milestones(function.size(), false);
  for (const ir::Node& node : function.nodes()) {
    const OpClass op_class = ir::InfoOf(node.op).op_class;
    if (op_class != OpClass::kContraction && node.op != ir::Op::kScan) continue;
    for (Value operand : node.operands) {
      while (IsFree(function.node(operand)) && !function.node(operand).operands.empty()) {
        operand = function.node(operand).operands[0];
      }
      milestones[operand.index] = backward[operand.index];
    }
  }
  return milestones;
}

class Rematerialiser {
 public:
  Rematerialiser(const ir::Function& function, const Effort& effort)
      : function_(function),
        passes_(PassesOf(function)),
        recomputed_(ChooseRecomputed(function, passes_, effort)),
        milestones_(FindMilestones(function, passes_.backward)),
        depths_(Depths(function)),
        rewriter_(function),
        copies_(function.size()),
        needed_(function.size()) {}

  Rematerialised Run() {
    for (Value v{0}; v.index < function_.size(); ++v.index) {
      if (passes_.backward[v.index]) {
        CopyReader(v);
      } else {
        rewriter_.Copy(v);
      }
    }
    return {rewriter_.Finish(), std::move(waits_)};
  }

 private:
  void CopyReader(Value v) {
    const std::vector<Value>& operands = function_.node(v).operands;
    Value& needed = needed_[v.index];
    for (Value operand : operands) {
      needed = Deeper(needed, needed_[operand.index]);
      if (milestones_[operand.index]) needed = Deeper(needed, operand);
    }
    awaited_ = needed.valid() ? needed : deepest_;
    std::vector<Value> again;
    for (Value operand : operands) again.push_back(Again(operand));
    ir::Node node = rewriter_.Begin(v);
    node.operands = std::move(again);
    rewriter_.Copy(v, std::move(node));
    if (milestones_[v.index]) deepest_ = Deeper(deepest_, v);
  }

  // The deeper of two values, of which either may be missing.
  Value Deeper(Value a, Value b) const {
    if (!a.valid() || !b.valid()) return a.valid() ? a : b;
    return depths_[b.index] > depths_[a.index] ? b : a;
  }

  // What the backward pass reads in place of `v` from here on: a copy, or what stands for it already. A view of an
  // original is made in place wherever it is read, so it needs no copy.
  Value Again(Value v) {
    if (copies_[v.index].valid()) return copies_[v.index];
    const Value original = rewriter_.Mapped(v);
    if (!recomputed_[v.index] || !awaited_.valid() || depths_[awaited_.index] <= depths_[v.index]) return original;
    ir::Node node = function_.node(v);
    for (Value& operand : node.operands) operand = Again(operand);
    if (IsFree(node) && node.operands == rewriter_.Begin(v).operands) return original;
    node.name += ".again";
    copies_[v.index] = rewriter_.Append(std::move(node));
    waits_.emplace(copies_[v.index], rewriter_.Mapped(awaited_));
    return copies_[v.index];
  }

  const ir::Function& function_;
  const Passes passes_;
  const std::vector<bool> recomputed_, milestones_;
  const std::vector<int> depths_;
  Rewriter rewriter_;
  std::vector<Value> copies_;  // of each value, in the new function
  std::map<Value, Value> waits_;
  std::vector<Value> needed_;  // for each value of the backward pass, the deepest milestone that it is computed from
  Value deepest_;              // of the milestones so far
  Value awaited_;              // by the copies that are made now
};

}  // namespace

Rematerialised Rematerialise(const ir::Function& function, const Effort& effort) {
  return Rematerialiser(function, effort).Run();
}

}  // namespace nnc::passes
