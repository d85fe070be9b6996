#include <fmt/format.h>

#include "view/explain.h"
#include "view/graph_dot.h"
#include "view/graphviz_layout.h"
#include "view/html.h"
#include "view/op_formulas.h"

namespace nnc::view {
namespace {

// A parameter, a state or a constant of the data has a path; what comes with each batch has a bare name.
bool IsPath(std::string_view name) { return name.find('.') != std::string_view::npos; }

class Diagram {
 public:
  explicit Diagram(const Lesson& lesson) : lesson_(lesson) {}

  // The id of a block is what marks it: "module 3", "value 5".
  std::string Dot() {
    std::string dot =
        "digraph { rankdir=TB; nodesep=0.3; ranksep=0.35; bgcolor=transparent;\n"
        "node [shape=box, style=rounded, fontname=Helvetica, fontsize=12, margin=\"0.15,0.07\"];\n"
        "edge [fontname=Helvetica, fontsize=10, arrowsize=0.7];\n";
    for (uint32_t v = 0; v < lesson_.function.argument_count(); ++v) {
      if (!IsInput(v)) continue;
      const ir::Node& node = lesson_.function.nodes()[v];
      dot += fmt::format("v{} [id=\"value {}\", shape=oval, label={}];\n", v, v, DotQuoted(node.name));
    }
    for (size_t m = 0; m < lesson_.modules.size(); ++m) {
      dot += fmt::format("m{} [id=\"module {}\", label={}];\n", m, m, DotQuoted(LabelOf(lesson_.modules[m])));
    }
    for (size_t m = 0; m < lesson_.modules.size(); ++m) {
      for (ir::Value input : lesson_.modules[m].inputs) dot += Arrow(input, m);
    }
    return dot + "}\n";
  }

 private:
  bool IsInput(uint32_t v) const { return !lesson_.users[v].empty() && !IsPath(lesson_.function.nodes()[v].name); }

  std::string LabelOf(const LessonModule& module) const {
    std::string label = module.name;
    if (!module.block.empty()) label += "\n" + module.block;
    std::string parameters;
    size_t count = 0;
    for (ir::Value input : module.inputs) {
      const ir::Node& node = lesson_.function.node(input);
      if (node.op != ir::Op::kArgument || !IsPath(node.name) || ++count > 3) continue;
      parameters += "\n" + node.name.substr(node.name.rfind('.') + 1) + " " + SizesText(node.type);
    }
    if (count > 3) parameters += fmt::format("\nand {} more", count - 3);
    return label + parameters;
  }

  std::string Arrow(ir::Value input, size_t module) {
    std::string from;
    if (int made_by = lesson_.module_of[input.index]; made_by >= 0) {
      from = fmt::format("m{}", made_by);
    } else if (IsInput(input.index)) {
      from = fmt::format("v{}", input.index);
    } else {
      return "";
    }
    return fmt::format("{} -> m{} [label=\"{}\"];\n", from, module, SizesText(lesson_.function.type(input)));
  }

  const Lesson& lesson_;
};

// Graphviz writes an id where the page has attributes, and colours where the page has its theme.
std::string Themed(std::string svg) {
  auto replace = [&](const std::string& from, const std::string& to) {
    for (size_t at = 0; (at = svg.find(from, at)) != std::string::npos; at += to.size())
      svg.replace(at, from.size(), to);
  };
  svg.erase(0, svg.find("<svg"));
  replace("id=\"module ", "tabindex=\"0\" role=\"img\" data-module=\"");
  replace("id=\"value ", "tabindex=\"0\" role=\"img\" data-value=\"");
  replace(" fill=\"black\"", "");
  replace("xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", "");
  return svg;
}

}  // namespace

std::string DiagramSection(const Lesson& lesson) {
  return "<section class=\"diagram\">\n<h2>Block diagram</h2>\n<div class=\"wide\">\n" +
         Themed(LayoutSvg(Diagram(lesson).Dot())) + "</div>\n</section>\n";
}

}  // namespace nnc::view
