// Which groups must run before which, while groups are still added and merged.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

namespace nnc::codegen {

// A directed graph without cycles that grows. Each node has a depth, more than that of all nodes that need it, so that
// a search for a path looks only at nodes in between: in a deep network those of a few layers.
class GroupOrder {
 public:
  void AddNode();
  // `reader` needs `maker`. The other way round must not be reachable.
  void AddNeed(int reader, int maker);
  // `into` takes over what `from` needs and what needs it. Neither may reach the other.
  void Merge(int into, int from);

  const std::set<int>& needs(int node) const { return nodes_[static_cast<size_t>(node)].needs; }
  // True if `a` needs `b`, at once or through others, and if they are the same.
  bool Reaches(int a, int b) const;

 private:
  struct Node {
    std::set<int> needs, needed_by;
    int depth = 0;
  };
  // Gives the node at least this depth, and those that it needs more.
  void Deepen(int node, int depth);

  std::vector<Node> nodes_;
  mutable std::vector<int> seen_;  // for each node, the last search that came to it
  mutable int search_ = 0;
};

}  // namespace nnc::codegen
