#include "codegen/group_order.h"

#include <algorithm>
#include <utility>

namespace nnc::codegen {

void GroupOrder::AddNode() {
  nodes_.emplace_back();
  seen_.push_back(0);
}

void GroupOrder::AddNeed(int reader, int maker) {
  Node& node = nodes_[static_cast<size_t>(reader)];
  if (!node.needs.insert(maker).second) return;
  nodes_[static_cast<size_t>(maker)].needed_by.insert(reader);
  Deepen(maker, node.depth + 1);
}

void GroupOrder::Deepen(int node, int depth) {
  std::vector<std::pair<int, int>> rest = {{node, depth}};
  while (!rest.empty()) {
    const auto [at, least] = rest.back();
    rest.pop_back();
    Node& n = nodes_[static_cast<size_t>(at)];
    if (n.depth >= least) continue;
    n.depth = least;
    for (int maker : n.needs) rest.emplace_back(maker, least + 1);
  }
}

void GroupOrder::Merge(int into, int from) {
  Node old = std::move(nodes_[static_cast<size_t>(from)]);
  nodes_[static_cast<size_t>(from)] = {};
  for (int reader : old.needed_by) nodes_[static_cast<size_t>(reader)].needs.erase(from);
  for (int maker : old.needs) nodes_[static_cast<size_t>(maker)].needed_by.erase(from);
  Deepen(into, old.depth);
  for (int reader : old.needed_by) AddNeed(reader, into);
  for (int maker : old.needs) AddNeed(into, maker);
}

bool GroupOrder::Reaches(int a, int b) const {
  if (a == b) return true;
  const int depth = nodes_[static_cast<size_t>(b)].depth;
  ++search_;
  std::vector<int> rest = {a};
  while (!rest.empty()) {
    const Node& node = nodes_[static_cast<size_t>(rest.back())];
    rest.pop_back();
    if (node.depth >= depth) continue;
    for (int maker : node.needs) {
      if (maker == b) return true;
      if (std::exchange(seen_[static_cast<size_t>(maker)], search_) != search_) rest.push_back(maker);
    }
  }
  return false;
}

}  // namespace nnc::codegen
