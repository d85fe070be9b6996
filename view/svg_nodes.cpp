#include "view/svg_nodes.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace nnc::view {
namespace {

Bounds BoundsOfShape(std::string_view group) {
  std::string_view points = Between(group, " points=\"", "\"");
  if (!points.empty()) return BoundsOf(points);
  double x = NumberIn(Between(group, " cx=\"", "\"")), y = NumberIn(Between(group, " cy=\"", "\""));
  double width = NumberIn(Between(group, " rx=\"", "\"")), height = NumberIn(Between(group, " ry=\"", "\""));
  return {x - width, x + width, y - height, y + height};
}

}  // namespace

Bounds BoundsOf(std::string_view points) {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  Bounds bounds{kFar, -kFar, kFar, -kFar};
  const char* at = points.data();
  const char* end = at + points.size();
  while (at < end) {
    double x = 0, y = 0;
    at = std::from_chars(at, end, x).ptr + 1;
    if (at >= end) break;
    at = std::from_chars(at, end, y).ptr + 1;
    bounds = {std::min(bounds.left, x), std::max(bounds.right, x), std::min(bounds.top, y), std::max(bounds.bottom, y)};
  }
  return bounds;
}

std::string_view Between(std::string_view text, std::string_view opening, std::string_view closing) {
  size_t begin = text.find(opening);
  if (begin == std::string_view::npos) return {};
  begin += opening.size();
  size_t end = text.find(closing, begin);
  return end == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin);
}

double NumberIn(std::string_view text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::pair<std::string_view, std::string_view> EndsOf(std::string_view group) {
  constexpr std::string_view kArrow = "&#45;&gt;";
  std::string_view title = Between(group, "<title>", "</title>");
  size_t arrow = title.find(kArrow);
  if (arrow == std::string_view::npos) return {};
  return {title.substr(0, arrow), title.substr(arrow + kArrow.size())};
}

std::map<std::string_view, Bounds> NodeBounds(std::string_view svg) {
  std::map<std::string_view, Bounds> bounds;
  constexpr std::string_view kNode = "class=\"node";
  for (size_t at = svg.find(kNode); at != std::string_view::npos; at = svg.find(kNode, at + 1)) {
    std::string_view group = svg.substr(at, svg.find("<text", at) - at);
    bounds[Between(group, "<title>", "</title>")] = BoundsOfShape(group);
  }
  return bounds;
}

}  // namespace nnc::view
