#include "view/graph_boxes.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace nnc::view {
namespace {

// Forward values and children that unfolding a part shows.
int ShownBy(const GraphParts& parts, int part) {
  const Part& each = parts.parts[static_cast<size_t>(part)];
  auto is_forward = [&](uint32_t v) { return parts.side_of[v] == Side::kForward; };
  auto values = std::count_if(each.values.begin(), each.values.end(), is_forward);
  return static_cast<int>(values) + static_cast<int>(each.children.size());
}

std::string IdOf(const GraphParts& parts, const Box& box) {
  if (box.folded < 0) return parts.ids[box.values.front()];
  const std::string& path = parts.parts[static_cast<size_t>(box.folded)].path;
  if (box.side == Side::kForward) return path + "/";
  return (box.side == Side::kGradient ? "d " : "update ") + path + "/";
}

}  // namespace

Boxes BoxesOf(const ir::Function& function, const GraphParts& parts, const std::set<int>& open) {
  Boxes made;
  std::map<std::pair<int, Side>, int> folded;  // box by part and side
  for (uint32_t v = 0; v < function.size(); ++v) {
    int within = parts.part_of[v], outermost = -1;
    for (int at = within; at >= 0; at = parts.parts[static_cast<size_t>(at)].parent) {
      if (!open.contains(at)) outermost = at;
    }
    Box box{.id = "", .side = parts.side_of[v], .part = within, .folded = outermost, .values = {v}};
    auto next = static_cast<int>(made.boxes.size());
    int index = outermost < 0 ? next : folded.try_emplace({outermost, box.side}, next).first->second;
    if (index == next) {
      if (outermost >= 0) box.part = parts.parts[static_cast<size_t>(outermost)].parent;
      box.id = IdOf(parts, box);
      made.boxes.push_back(std::move(box));
    } else {
      made.boxes[static_cast<size_t>(index)].values.push_back(v);
    }
    made.box_of.push_back(index);
  }
  std::set<std::pair<int, int>> edges, links;
  for (uint32_t v = 0; v < function.size(); ++v) {
    const ir::Node& node = function.node(ir::Value{v});
    if (node.origin) links.emplace(made.box_of[node.origin->forward.index], made.box_of[v]);
    for (ir::Value operand : node.operands) edges.emplace(made.box_of[operand.index], made.box_of[v]);
  }
  for (auto [from, to] : edges) {
    auto side = [&](int box) { return made.boxes[static_cast<size_t>(box)].side; };
    bool saved = side(from) == Side::kForward && side(to) == Side::kGradient;
    if (from != to) (saved ? made.saved : made.edges).emplace_back(from, to);
  }
  auto is_loop = [](const std::pair<int, int>& edge) { return edge.first == edge.second; };
  std::remove_copy_if(links.begin(), links.end(), std::back_inserter(made.links), is_loop);
  return made;
}

int Shown(const GraphParts& parts, const std::set<int>& open) {
  int shown = 1;
  for (int part : open) shown += ShownBy(parts, part) - 1;  // in place of the part's own box
  return shown;
}

std::set<int> PathTo(const GraphParts& parts, int part) {
  std::set<int> open;
  for (; part >= 0; part = parts.parts[static_cast<size_t>(part)].parent) open.insert(part);
  return open;
}

std::set<int> Unfolded(const GraphParts& parts, int most, bool only_models) {
  std::set<int> open = {0};
  int shown = ShownBy(parts, 0);
  std::set<std::tuple<size_t, int, int>> next;  // depth, what more it shows, part
  auto offer = [&](int part, size_t depth) {
    for (int child : parts.parts[static_cast<size_t>(part)].children) {
      bool asked = !only_models || parts.parts[static_cast<size_t>(child)].model;
      if (asked) next.emplace(depth, ShownBy(parts, child), child);
    }
  };
  offer(0, 1);
  while (!next.empty()) {
    auto [depth, more, part] = *next.begin();
    next.erase(next.begin());
    if (shown + more - 1 > most) continue;
    shown += more - 1;
    open.insert(part);
    offer(part, depth + 1);
  }
  return open;
}

}  // namespace nnc::view
