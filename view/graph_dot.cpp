#include "view/graph_dot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "view/graph_labels.h"

namespace nnc::view {
namespace {

constexpr const char* kNames[] = {"forward", "gradient", "update"};

const char* NameOf(Side side) { return kNames[static_cast<size_t>(side)]; }

class Writer {
 public:
  Writer(const ir::Function& function, const GraphParts& parts, const std::set<int>& open, const DotOptions& options)
      : function_(function), parts_(parts), open_(open), options_(options), boxes_(BoxesOf(function, parts, open)) {}

  // `nslimit` makes Graphviz stop improving a large picture.
  std::string Write() {
    dot_ = fmt::format(
        "digraph {} {{\nlabel={}; labelloc=t; newrank=true; outputorder=edgesfirst; fontname=Courier; ranksep=0.3; "
        "nodesep=0.2; nslimit=4;\n"
        "node [shape=box, fontname=Courier, fontsize=10, height=0.3, margin=\"0.08,0.04\", style=filled];\n"
        "edge [arrowsize=0.6, color=\"#57606a\"];\n",
        DotQuoted(function_.name()), DotQuoted("@" + function_.name()));
    WriteSide(Side::kForward);
    WriteSide(Side::kGradient);
    for (const Box& box : boxes_.boxes) {
      if (box.side == Side::kUpdate) WriteBox(box);
    }
    WriteEdges();
    if (options_.saved) WriteSaved();
    WriteLinks();
    return dot_ + "}\n";
  }

 private:
  const Part& PartAt(int index) const { return parts_.parts[static_cast<size_t>(index)]; }
  const Box& BoxAt(int index) const { return boxes_.boxes[static_cast<size_t>(index)]; }

  bool Has(Side side, int part) const {
    for (const Box& box : boxes_.boxes) {
      if (box.side == side && parts_.Within(box.part, part)) return true;
    }
    return false;
  }

  void WriteSide(Side side) {
    if (!Has(side, 0)) return;
    dot_ += fmt::format("subgraph cluster_{0} {{\nlabel=\"{0}\"; class=\"side\"; style=rounded; color=\"#afb8c1\";\n",
                        NameOf(side));
    WritePart(side, 0);
    dot_ += "}\n";
  }

  // What stands in an unfolded part, and the clusters in it.
  void WritePart(Side side, int part) {
    for (const Box& box : boxes_.boxes) {
      if (box.side == side && box.part == part) WriteBox(box);
    }
    for (int child : PartAt(part).children) {
      if (!open_.contains(child) || !Has(side, child)) continue;
      std::string prefix = side == Side::kForward ? "" : "d ";
      dot_ += fmt::format(
          "subgraph {} {{\nlabel={}; id={}; class=\"part {}\"; style=\"rounded,filled\"; fillcolor=\"#f6f8fa\"; "
          "color=\"#6e7781\"; fontsize=11;\n",
          DotQuoted("cluster_" + prefix + PartAt(child).path), DotQuoted(prefix + PartAt(child).name),
          DotQuoted(prefix + PartAt(child).path + "/"), NameOf(side));
      WritePart(side, child);
      dot_ += "}\n";
    }
  }

  void WriteBox(const Box& box) {
    std::string label = fmt::to_string(fmt::join(LabelOf(function_, parts_, box), "\n"));
    dot_ += fmt::format("{0} [id={0}, class=\"{1}\", label={2}, fillcolor=\"{3}\"", DotQuoted(box.id), ClassOf(box),
                        DotQuoted(label), FillOf(box));
    if (box.folded >= 0) dot_ += ", shape=box3d";
    if (IsResult(box)) dot_ += ", peripheries=2";
    const ir::Node& first = function_.node(ir::Value{box.values.front()});
    if (options_.sources != nullptr && first.span.known()) {
      dot_ += ", tooltip=" + DotQuoted(options_.sources->Describe(first.span));
    }
    dot_ += "];\n";
  }

  bool IsArgument(const Box& box) const {
    return box.folded < 0 && function_.node(ir::Value{box.values.front()}).op == ir::Op::kArgument;
  }

  bool IsResult(const Box& box) const {
    for (const ir::Result& result : function_.results()) {
      if (box.folded < 0 && result.value.index == box.values.front()) return true;
    }
    return false;
  }

  std::string ClassOf(const Box& box) const {
    std::string name = NameOf(box.side);
    if (box.folded >= 0) name += " folded";
    if (IsArgument(box)) name += " argument";
    return name;
  }

  const char* FillOf(const Box& box) const {
    if (IsArgument(box)) return "#d6e6f7";
    return box.side == Side::kGradient ? "#fbe8d3" : box.side == Side::kUpdate ? "#ece3f7" : "#ffffff";
  }

  // Gradients read upwards: their edges are turned round for the layout.
  void WriteEdges() {
    for (auto [from, to] : boxes_.edges) {
      std::string a = DotQuoted(BoxAt(from).id), b = DotQuoted(BoxAt(to).id);
      dot_ += BoxAt(to).side == Side::kGradient
                  ? fmt::format("{} -> {} [class=gradient, dir=back, color=\"#b3541e\"];\n", b, a)
                  : fmt::format("{} -> {};\n", a, b);
    }
  }

  void WriteSaved() {
    for (auto [from, to] : boxes_.saved) {
      dot_ += fmt::format("{} -> {} [class=saved, constraint=false, color=\"#c4ccd4\"];\n", DotQuoted(BoxAt(from).id),
                          DotQuoted(BoxAt(to).id));
    }
  }

  // A gradient stands on the line of its forward box, or as near as what is between lets it: a link draws both to one
  // line. To hold them to it, with rank=same, makes Graphviz abort where clusters nest.
  void WriteLinks() {
    for (auto [forward, gradient] : boxes_.links) {
      dot_ += fmt::format("{} -> {} [class=link, minlen=0, weight=3, style=dotted, arrowhead=none];\n",
                          DotQuoted(BoxAt(forward).id), DotQuoted(BoxAt(gradient).id));
    }
  }

  const ir::Function& function_;
  const GraphParts& parts_;
  const std::set<int>& open_;
  const DotOptions& options_;
  Boxes boxes_;
  std::string dot_;
};

}  // namespace

std::string DotQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? "\\n" : std::string(1, c);
  }
  return quoted + '"';
}

std::string Dot(const ir::Function& function, const GraphParts& parts, const std::set<int>& open,
                const DotOptions& options) {
  return Writer(function, parts, open, options).Write();
}

}  // namespace nnc::view
