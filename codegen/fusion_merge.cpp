// Making one kernel of several.
#include <algorithm>
#include <iterator>

#include "codegen/fusion.h"

namespace nnc::codegen {
namespace {

using ir::Value;

// Kernels of at most this many points merge with others over the same axes even if they share no input: their cost is
// the kernel, not the traffic.
constexpr int64_t kSmall = 4096;
// Stores of a merged kernel: more would not fit into registers, and a kernel that grows with the network is one that no
// other block can share.
constexpr size_t kMostOutputs = 12;
// Points that one thread may work on alone while others could help.
constexpr int64_t kLargestSerial = int64_t{1} << 16;

int64_t Points(const Group& group) {
  int64_t points = 1;
  for (const Axis& axis : group.axes) points *= axis.extent;
  return points;
}

// Whether reductions of both, if both have any, fold the same axes in the same order, `axes` leading from those of
// `from` to those of `into`.
bool FoldAlike(const Group& into, const Group& from, const std::vector<int>& axes) {
  if (into.folded.empty() || from.folded.empty()) return true;
  return std::ranges::equal(into.folded, from.folded, {}, {},
                            [&](int axis) { return axes[static_cast<size_t>(axis)]; });
}

}  // namespace

bool Fusion::CanMerge(int a, int b) const {
  const Group& x = groups_[static_cast<size_t>(a)];
  const Group& y = groups_[static_cast<size_t>(b)];
  if (x.merged || y.merged || x.root.valid() || y.root.valid()) return false;
  if (x.outputs.size() + y.outputs.size() > kMostOutputs) return false;
  if (x.Extents(false) != y.Extents(false)) return false;
  if (x.Extents(true) != y.Extents(true) || !FoldAlike(x, y, AxesInOrder(x, y))) return false;
  return !Reaches(a, b) && !Reaches(b, a);
}

// The n-th parallel axis to the n-th, the n-th folded to the n-th.
std::vector<int> Fusion::AxesInOrder(const Group& into, const Group& from) {
  std::vector<int> axis(from.axes.size());
  for (bool reduced : {false, true}) {
    size_t next = 0;
    for (size_t i = 0; i < from.axes.size(); ++i) {
      if (from.axes[i].reduced != reduced) continue;
      while (into.axes[next].reduced != reduced) ++next;
      axis[i] = static_cast<int>(next++);
    }
  }
  return axis;
}

// Makes one kernel of those that read `v` at every point of their axes, if folded axes come last: a softmax and its
// gradient, or loops over the same tensor.
void Fusion::MergeEvaluators(Value v) {
  std::vector<int> evaluators;  // at every point of their axes
  std::ranges::copy_if(Evaluators(v), std::back_inserter(evaluators), [&](int group) {
    const Group& g = groups_[static_cast<size_t>(group)];
    return !g.root.valid() && AxesIn(*g.uses.at(v).begin()) == (g.AxisSet(false) | g.AxisSet(true));
  });
  for (size_t i = 0; i < evaluators.size(); ++i) {
    for (size_t j = i + 1; j < evaluators.size(); ++j) {
      const int a = evaluators[i];
      const int b = evaluators[j];
      if (groups_[static_cast<size_t>(a)].merged || groups_[static_cast<size_t>(b)].merged) continue;
      const std::vector<int> axes = AxesBy(v, groups_[static_cast<size_t>(a)], groups_[static_cast<size_t>(b)]);
      if (!axes.empty() && !Reaches(a, b) && !Reaches(b, a)) Merge(a, b, axes);
    }
  }
}

// For each axis of `from` the axis of `into` at which both read the same element of `v`; empty where they may not
// merge.
std::vector<int> Fusion::AxesBy(Value v, const Group& into, const Group& from) const {
  if (into.root.valid() || from.root.valid()) return {};
  const std::set<IndexMap>& first = into.uses.at(v);
  const std::set<IndexMap>& second = from.uses.at(v);
  if (first.size() != 1 || second.size() != 1) return {};
  const IndexMap& x = *first.begin();
  const IndexMap& y = *second.begin();
  const auto whole = [&](const IndexMap& map, const Group& group) {
    return ReadsAll(v, map, group) && AxesIn(map) == (group.AxisSet(false) | group.AxisSet(true));
  };
  if (!whole(x, into) || !whole(y, from)) return {};
  // A kernel without parallel axes runs on one thread, so it takes over no large loop.
  const bool serial = into.AxisSet(false) == 0 || from.AxisSet(false) == 0;
  if (serial && Points(into) > kLargestSerial) return {};
  std::vector<int> axes(from.axes.size());
  bool folded = false;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i].constant()) continue;
    const auto a = static_cast<size_t>(x[i].counter());
    const auto b = static_cast<size_t>(y[i].counter());
    const bool in_into = into.axes[a].reduced;
    const bool in_from = from.axes[b].reduced;
    const bool disagree = in_into != in_from && !into.folded.empty() && !from.folded.empty();
    const bool before_parallel = folded && !in_into && !in_from;
    if (disagree || before_parallel) return {};
    folded = folded || in_into || in_from;
    axes[b] = x[i].counter();
  }
  return FoldAlike(into, from, axes) ? axes : std::vector<int>{};
}

void Fusion::Merge(int into, int from, const std::vector<int>& axis) {
  Group& x = groups_[static_cast<size_t>(into)];
  Group& y = groups_[static_cast<size_t>(from)];
  if (x.folded.empty()) {
    for (int folded : y.folded) {
      x.folded.push_back(axis[static_cast<size_t>(folded)]);
      x.axes[static_cast<size_t>(axis[static_cast<size_t>(folded)])].reduced = true;
    }
  }
  const auto renumber = [&](IndexMap map) {
    for (AxisIndex& index : map) {
      for (AxisIndex::Term& term : index.terms) term.axis = axis[static_cast<size_t>(term.axis)];
      std::ranges::sort(index.terms);
    }
    return map;
  };
  for (const auto& [v, maps] : y.uses) {
    evaluators_[v.index].erase(from);
    for (const IndexMap& map : maps) AddUse(into, v, renumber(map));
  }
  for (const auto& [v, map] : y.outputs) {
    x.outputs[v] = renumber(map);
    home_[v.index] = into;
  }
  x.members.insert(y.members.begin(), y.members.end());
  // What one of them makes and the other reads from memory, maybe at another place, is made at both.
  for (auto member = x.members.rbegin(); member != x.members.rend(); ++member) {
    const bool folds = ir::InfoOf(node(*member).op).op_class == ir::OpClass::kReduce;
    if (!folds || IsTrivialReduce(function_, node(*member))) UseOperands(*member, into);
  }
  x.whole.insert(y.whole.begin(), y.whole.end());
  const auto move_reader = [&](Value v) {
    for (;; v = alias_[v.index]) {
      if (readers_[v.index].erase(from) > 0) readers_[v.index].insert(into);
      if (!IsAlias(v)) return;
    }
  };
  for (Value v : y.whole) move_reader(v);
  for (Value v : y.members) {
    if (const auto wait = waits_.find(v); wait != waits_.end()) move_reader(wait->second);
  }
  for (const auto& [v, maps] : y.uses) move_reader(v);
  order_.Merge(into, from);
  y.merged = true;
}

// Siblings read the same memory, or are small and have the same axes.
void Fusion::MergeSiblings() {
  std::map<Value, std::set<int>> readers;  // of each value in memory but for scalars
  std::map<std::vector<int64_t>, std::set<int>> small;
  std::vector<std::set<Value>> inputs;
  for (int g = 0; g < static_cast<int>(groups_.size()); ++g) {
    const Group& group = groups_[static_cast<size_t>(g)];
    inputs.push_back(group.merged || group.root.valid() ? std::set<Value>{} : Inputs(g));
    for (Value v : inputs.back()) {
      if (function_.type(v).elements() > 1) readers[v].insert(g);
    }
    if (!group.merged && Points(group) <= kSmall) small[group.Extents(false)].insert(g);
  }
  for (int a = 0; a < static_cast<int>(groups_.size()); ++a) {
    const Group& group = groups_[static_cast<size_t>(a)];
    if (group.merged || group.root.valid()) continue;
    std::set<int> siblings;
    const auto add = [&](const std::set<int>& more) { siblings.insert(more.upper_bound(a), more.end()); };
    if (Points(group) <= kSmall) add(small[group.Extents(false)]);
    for (Value v : inputs[static_cast<size_t>(a)]) add(readers[v]);
    while (!siblings.empty()) {
      const int b = *siblings.begin();
      siblings.erase(siblings.begin());
      if (!CanMerge(a, b)) continue;
      Merge(a, b, AxesInOrder(group, groups_[static_cast<size_t>(b)]));
      for (Value v : inputs[static_cast<size_t>(b)]) {
        const std::set<int>& more = readers[v];
        siblings.insert(more.upper_bound(b), more.end());
        readers[v].insert(a);
      }
    }
  }
}

}  // namespace nnc::codegen
