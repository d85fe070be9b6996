#include "view/straight_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "view/html.h"
#include "view/svg_nodes.h"

namespace nnc::view {
namespace {

constexpr double kSameHeight = 6;  // as near as boxes of a rank are, whatever their shapes

using Nodes = std::map<std::string_view, Bounds>;

// A node's name as it stands in the titles of an SVG.
std::string Title(const std::string& name) {
  std::string title;
  for (char c : Escaped(name)) title += c == '-' ? "&#45;" : std::string(1, c);
  return title;
}

// The point where the line from the middle of `from` to (x, y) leaves the box.
std::pair<double, double> Border(const Bounds& from, double x, double y) {
  double dx = x - from.x(), dy = y - from.y();
  double across =
      std::max(std::abs(dx) / ((from.right - from.left) / 2), std::abs(dy) / ((from.bottom - from.top) / 2));
  return across <= 1 ? std::pair(x, y) : std::pair(from.x() + dx / across, from.y() + dy / across);
}

std::string Line(const Bounds& from, const Bounds& to) {
  auto [x1, y1] = Border(from, to.x(), to.y());
  auto [x2, y2] = Border(to, from.x(), from.y());
  return fmt::format("M{:.2f},{:.2f}L{:.2f},{:.2f}", x1, y1, x2, y2);
}

// How far down the boxes reach that a line between two boxes of one height would run behind; nothing if there are none.
std::optional<double> LowestBetween(const Nodes& nodes, const Bounds& from, const Bounds& to) {
  std::optional<double> lowest;
  if (std::abs(from.y() - to.y()) > kSameHeight) return lowest;
  double left = std::min(from.right, to.right), right = std::max(from.left, to.left);
  for (const auto& [title, box] : nodes) {
    bool between = box.x() > left && box.x() < right && box.top < from.y() && box.bottom > from.y();
    if (between) lowest = std::max(lowest.value_or(box.bottom), box.bottom);
  }
  return lowest;
}

// From the middle of one box, which hides its end, to that of the other, in a curve that is lowest at y.
std::string Arc(const Bounds& from, const Bounds& to, double y) {
  double middle = (from.x() + to.x()) / 2, control = 2 * y - (from.y() + to.y()) / 2;
  return fmt::format("M{:.2f},{:.2f}Q{:.2f},{:.2f} {:.2f},{:.2f}", from.x(), from.y(), middle, control, to.x(), to.y());
}

std::string Link(const Nodes& nodes, const Bounds& from, const Bounds& to) {
  constexpr double kBelow = 6;
  std::optional<double> lowest = LowestBetween(nodes, from, to);
  return lowest ? Arc(from, to, *lowest + kBelow) : Line(from, to);
}

}  // namespace

std::string WithStraightLinks(const std::string& svg) {
  auto nodes = NodeBounds(svg);
  constexpr std::string_view kEdge = "class=\"edge link", kPath = " d=\"", kEnd = "</g>";
  std::string drawn;
  size_t done = 0;
  for (size_t at = svg.find(kEdge); at != std::string::npos; at = svg.find(kEdge, at + 1)) {
    std::string_view group = std::string_view(svg).substr(at, svg.find(kEnd, at) - at);
    size_t path = group.find(kPath);
    if (path == std::string_view::npos) continue;  // an invisible edge has none
    auto [tail, head] = EndsOf(group);
    auto from = nodes.find(tail), to = nodes.find(head);
    if (from == nodes.end() || to == nodes.end()) continue;
    drawn += svg.substr(done, at + path + kPath.size() - done) + Link(nodes, from->second, to->second) + "\"/>\n";
    done = at + group.size();
  }
  return drawn + svg.substr(done);
}

std::string WithSaved(const std::string& svg, const std::vector<std::pair<std::string, std::string>>& edges) {
  size_t first = svg.rfind("<g ", std::min(svg.find("class=\"edge"), svg.find("class=\"node")));
  if (first == std::string::npos) return svg;
  auto nodes = NodeBounds(svg);
  std::string drawn = svg.substr(0, first);
  for (const auto& [tail, head] : edges) {
    std::string a = Title(tail), b = Title(head);
    auto from = nodes.find(a), to = nodes.find(b);
    if (from == nodes.end() || to == nodes.end()) continue;
    drawn += fmt::format(
        "<g class=\"edge saved\">\n<title>{}&#45;&gt;{}</title>\n<path fill=\"none\" stroke=\"#c4ccd4\" "
        "d=\"{}\"/>\n</g>\n",
        a, b, Line(from->second, to->second));
  }
  return drawn + svg.substr(first);
}

}  // namespace nnc::view
