#include "view/forward_left.h"

#include <fmt/format.h>

#include <charconv>

#include "view/svg_nodes.h"

namespace nnc::view {
namespace {

bool ForwardIsRight(std::string_view svg) {
  size_t link = svg.find("class=\"edge link");
  if (link == std::string_view::npos) return false;
  auto nodes = NodeBounds(svg);
  auto [forward, gradient] = EndsOf(svg.substr(link));
  auto from = nodes.find(forward), to = nodes.find(gradient);
  return from != nodes.end() && to != nodes.end() && to->second.x() < from->second.x();
}

// "x,y x,y" or a path, with width - x for each x. A number before a comma is an x.
std::string MirroredPoints(std::string_view points, double width) {
  std::string mirrored;
  const char* end = points.data() + points.size();
  for (const char* at = points.data(); at < end;) {
    double x = 0;
    const char* behind = std::from_chars(at, end, x).ptr;
    if (behind == at) {
      mirrored += *at++;
    } else {
      bool across = behind < end && *behind == ',';
      mirrored += across ? fmt::format("{:.2f}", width - x) : std::string(at, behind);
      at = behind;
    }
  }
  return mirrored;
}

std::string MirroredValue(std::string_view name, std::string_view value, double width) {
  if (name == "points" || name == "d") return MirroredPoints(value, width);
  if (name == "x" || name == "cx") return fmt::format("{:.2f}", width - NumberIn(value));
  return std::string(value);
}

std::string Mirrored(std::string_view svg) {
  constexpr double kMargin = 4;  // Graphviz's, on each side
  std::string_view box = Between(svg, "viewBox=\"0.00 0.00 ", "\"");
  double width = NumberIn(box) - 2 * kMargin;
  std::string mirrored;
  size_t done = 0;
  // Quotes in texts are escaped, so that these are attributes.
  for (size_t equals = svg.find("=\""); equals != std::string_view::npos; equals = svg.find("=\"", done)) {
    size_t name = svg.find_last_of(" \n", equals) + 1, value = equals + 2, end = svg.find('"', value);
    mirrored += svg.substr(done, value - done);
    mirrored += MirroredValue(svg.substr(name, equals - name), svg.substr(value, end - value), width);
    done = end;
  }
  return mirrored.append(svg.substr(done));
}

}  // namespace

std::string WithForwardLeft(const std::string& svg) { return ForwardIsRight(svg) ? Mirrored(svg) : svg; }

}  // namespace nnc::view
