#include "view/graph_picture.h"

#include "view/course_dot.h"
#include "view/forward_left.h"
#include "view/graph_dot.h"
#include "view/graphviz_layout.h"
#include "view/straight_links.h"

namespace nnc::view {
namespace {

// Links draw a gradient to the line of its forward box. Where that leaves Graphviz no way for some edge, gradients
// stand below that line.
std::string Laid(std::string dot) {
  Layout layout = LayoutOf(dot);
  if (!layout.good) {
    constexpr std::string_view kOnLine = "minlen=0";
    for (size_t at = dot.find(kOnLine); at != std::string::npos; at = dot.find(kOnLine, at)) {
      dot.replace(at, kOnLine.size(), "minlen=1");
    }
    layout = LayoutOf(dot);
  }
  return WithStraightLinks(WithForwardLeft(layout.svg));
}

std::vector<std::pair<std::string, std::string>> Saved(const Boxes& boxes) {
  std::vector<std::pair<std::string, std::string>> saved;
  auto id = [&](int box) { return boxes.boxes[static_cast<size_t>(box)].id; };
  for (auto [from, to] : boxes.saved) saved.emplace_back(id(from), id(to));
  return saved;
}

}  // namespace

std::set<int> Readable(const GraphParts& parts, GraphStyle style) {
  bool course = style == GraphStyle::kCourse;
  return Unfolded(parts, course ? 24 : 50, /*only_models=*/course);
}

std::string PictureDot(const ir::Function& function, const GraphParts& parts, const std::set<int>& open,
                       GraphStyle style, const SourceManager* sources) {
  if (style == GraphStyle::kPlain) return Dot(function, parts, open, {.sources = sources});
  return CourseDot(function.name(), CourseGraphOf(function, parts, open), parts, open);
}

std::string PictureSvg(const ir::Function& function, const GraphParts& parts, const std::set<int>& open,
                       GraphStyle style, const SourceManager* sources) {
  if (style == GraphStyle::kCourse) return WithRoundSides(Laid(PictureDot(function, parts, open, style)));
  std::string svg = Laid(Dot(function, parts, open, {.sources = sources, .saved = false}));
  return WithSaved(svg, Saved(BoxesOf(function, parts, open)));
}

}  // namespace nnc::view
