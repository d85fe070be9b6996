#include "view/course_dot.h"

#include <fmt/format.h>

#include <algorithm>

#include "view/graph_dot.h"
#include "view/svg_nodes.h"

namespace nnc::view {
namespace {

struct Look {
  const char* name;        // its class
  const char* attributes;  // in DOT
};

Look LookOf(CourseKind kind) {
  switch (kind) {
    case CourseKind::kObserved:
      return {"observed", "shape=circle, fillcolor=\"#d0d4d9\", color=black"};
    case CourseKind::kParameter:
      return {"parameter", "shape=circle, color=black"};
    case CourseKind::kComputed:
      return {"computed", "shape=circle, color=\"#0b5cad\""};
    case CourseKind::kFunction:
      return {"function", "shape=house, fillcolor=\"#dbe9f8\", color=\"#0b5cad\""};
    case CourseKind::kCost:
      return {"cost", "shape=square, fillcolor=\"#f9dcd7\", color=\"#b3261e\""};
    case CourseKind::kOne:
      return {"one", "shape=circle, color=\"#1e7a45\", fontcolor=\"#1e7a45\""};
    case CourseKind::kGradient:
      return {"gradient", "shape=circle, color=\"#1e7a45\", fontcolor=\"#1e7a45\""};
    case CourseKind::kDerivative:
      return {"derivative", "shape=invhouse, color=\"#1e7a45\", fontcolor=\"#1e7a45\""};
    case CourseKind::kProduct:
      return {"product", "shape=circle, width=0.25, fixedsize=true, color=\"#1e7a45\", fontcolor=\"#1e7a45\""};
    case CourseKind::kSum:
      return {"sum", "shape=circle, width=0.25, fixedsize=true, color=\"#1e7a45\", fontcolor=\"#1e7a45\""};
  }
  return {};
}

class Writer {
 public:
  Writer(const CourseGraph& graph, const GraphParts& parts, const std::set<int>& open)
      : graph_(graph), parts_(parts), open_(open) {}

  std::string Write(const std::string& title) {
    dot_ = fmt::format(
        "digraph {} {{\nlabel={}; labelloc=b; rankdir=BT; newrank=true; outputorder=edgesfirst; fontname=Helvetica; "
        "ranksep=0.3;\n"
        "node [fontname=Helvetica, fontsize=11, margin=\"0.08,0.03\", style=filled, "
        "fillcolor=white];\nedge [arrowsize=0.6];\n",
        DotQuoted(title), DotQuoted("@" + title));
    dot_ += "subgraph cluster_forward {\nlabel=\"\"; penwidth=0; class=\"side\";\n";
    WritePart(0);
    dot_ += "}\nsubgraph cluster_gradient {\nlabel=\"\"; penwidth=0; class=\"side\";\n";
    for (const CourseNode& node : graph_.nodes) {
      if (node.backward()) WriteNode(node);
    }
    dot_ += "}\n";
    for (const CourseNode& node : graph_.nodes) {
      if (node.beside < 0) continue;
      std::string beside = DotQuoted(graph_.nodes[static_cast<size_t>(node.beside)].id);
      bool about = node.kind == CourseKind::kDerivative || node.kind == CourseKind::kGradient;
      if (!about && node.kind != CourseKind::kOne) continue;
      dot_ += fmt::format("{} -> {} [class=link, minlen=0, weight=3, style={}, arrowhead=none];\n", beside,
                          DotQuoted(node.id), about ? "dotted" : "invis");
    }
    for (auto [from, to] : graph_.edges) WriteEdge(from, to);
    return dot_ + "}\n";
  }

 private:
  void WritePart(int part) {
    for (const CourseNode& node : graph_.nodes) {
      if (!node.backward() && node.part == part) WriteNode(node);
    }
    for (int child : parts_.parts[static_cast<size_t>(part)].children) {
      auto inside = [&](const CourseNode& node) { return !node.backward() && parts_.Within(node.part, child); };
      if (!open_.contains(child) || std::none_of(graph_.nodes.begin(), graph_.nodes.end(), inside)) continue;
      const Part& each = parts_.parts[static_cast<size_t>(child)];
      dot_ += fmt::format(
          "subgraph {} {{\nlabel={}; id={}; class=\"part forward\"; style=rounded; color=\"#afb8c1\"; fontsize=11; "
          "penwidth=1;\n",
          DotQuoted("cluster_" + each.path), DotQuoted(each.name), DotQuoted(each.path + "/"));
      WritePart(child);
      dot_ += "}\n";
    }
  }

  void WriteNode(const CourseNode& node) {
    Look look = LookOf(node.kind);
    dot_ += fmt::format("{0} [id={0}, class=\"course {1}{2}\", label={3}, {4}];\n", DotQuoted(node.id), look.name,
                        node.folded ? " folded" : "", DotQuoted(node.label), look.attributes);
  }

  void WriteEdge(int from, int to) {
    const CourseNode &a = graph_.nodes[static_cast<size_t>(from)], &b = graph_.nodes[static_cast<size_t>(to)];
    // The backward graph reads downwards: its edges are turned round for the layout.
    if (b.backward()) {
      dot_ += fmt::format("{} -> {} [class=back, dir=back, color=\"#1e7a45\"];\n", DotQuoted(b.id), DotQuoted(a.id));
    } else {
      dot_ += fmt::format("{} -> {};\n", DotQuoted(a.id), DotQuoted(b.id));
    }
  }

  const CourseGraph& graph_;
  const GraphParts& parts_;
  const std::set<int>& open_;
  std::string dot_;
};

// A box whose upper or lower side is round.
std::string RoundPath(const Bounds& b, bool up) {
  double round = up ? b.top : b.bottom, flat = up ? b.bottom : b.top;
  double shoulder = round + (flat - round) * 0.55, beyond = round - (shoulder - round) / 3;  // a cubic's peak is at 3/4
  return fmt::format(
      "M{0:.2f},{2:.2f}L{0:.2f},{3:.2f}C{0:.2f},{4:.2f} {1:.2f},{4:.2f} {1:.2f},{3:.2f}L{1:.2f},{2:.2f}Z", b.left,
      b.right, flat, shoulder, beyond);
}

}  // namespace

std::string CourseDot(const std::string& title, const CourseGraph& graph, const GraphParts& parts,
                      const std::set<int>& open) {
  return Writer(graph, parts, open).Write(title);
}

std::string WithRoundSides(const std::string& svg) {
  std::string drawn;
  size_t done = 0;
  constexpr std::string_view kClass = "class=\"node course ", kPoints = "points=\"", kPolygon = "<polygon";
  for (size_t at = svg.find(kClass); at != std::string::npos; at = svg.find(kClass, at + 1)) {
    std::string_view kind = std::string_view(svg).substr(at + kClass.size());
    bool up = kind.starts_with("function"), down = kind.starts_with("derivative");
    if (!up && !down) continue;
    size_t polygon = svg.find(kPolygon, at), points = svg.find(kPoints, polygon),
           end = svg.find('"', points + kPoints.size());
    drawn += svg.substr(done, polygon - done) + "<path" +
             svg.substr(polygon + kPolygon.size(), points - polygon - kPolygon.size());
    std::string_view corners = std::string_view(svg).substr(points + kPoints.size(), end - points - kPoints.size());
    drawn += "d=\"" + RoundPath(BoundsOf(corners), up) + "\"";
    done = end + 1;
  }
  return drawn + svg.substr(done);
}

}  // namespace nnc::view
