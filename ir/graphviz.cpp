#include "ir/graphviz.h"

#include <fmt/format.h>

#include <boost/graph/graphviz.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <ostream>

#include "ir/graph_view.h"
#include "ir/text.h"
#include "ir/text_cursor.h"

namespace nnc::ir {

namespace {

// Text between quotes of DOT, where a backslash escapes; lines end in the two characters \n.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

class Picture {
 public:
  Picture(const Function& function, const GraphvizOptions& options)
      : function_(function), options_(options), result_names_(function.size()) {
    for (const Result& result : function.results()) result_names_[result.value.index].push_back(result.name);
    std::vector<Value> gradients;
    for (uint32_t v = 0; v < function.size(); ++v) {
      if (IsGradient(v)) gradients.push_back(Value{v});
    }
    has_gradients_ = !gradients.empty();
    after_gradients_ = ReachableFrom(function, gradients);
  }

  std::string Id(uint32_t v) const {
    const std::string& name = function_.node(Value{v}).name;
    return IsPlainName(name) ? "%" + name : fmt::format("value {}", v);  // Boost does not escape backslashes in ids
  }

  // The defaults, the two boxes, and what is not an edge of the function.
  void WriteGraph(std::ostream& out) const {
    out << "label=\"@" << Escaped(function_.name()) << "\"; labelloc=t; newrank=true; fontname=Helvetica;\n"
        << "node [shape=box, fontname=Helvetica, fontsize=11];\nedge [arrowsize=0.7];\n";
    if (!has_gradients_) return;
    WriteBox(out, "forward", [&](uint32_t v) { return !after_gradients_[v]; });
    WriteBox(out, "gradient", [&](uint32_t v) { return IsGradient(v); });
    for (uint32_t v = 0; v < function_.size(); ++v) {
      if (!IsGradient(v)) continue;
      std::string forward = Id(function_.node(Value{v}).origin->forward.index), own = Id(v);
      out << fmt::format("{{rank=same; \"{}\"; \"{}\"}}\n", forward, own)
          << fmt::format("\"{}\" -> \"{}\" [style=dotted, arrowhead=none, constraint=false];\n", forward, own);
    }
  }

  void WriteVertex(std::ostream& out, uint32_t v) const {
    const Node& node = function_.node(Value{v});
    out << " [label=\"" << Label(node, result_names_[v]) << '"';
    if (node.op == Op::kArgument) out << ", style=filled, fillcolor=\"#dbe9f6\"";
    if (IsGradient(v)) out << ", style=filled, fillcolor=\"#fbe8d3\"";
    if (!result_names_[v].empty()) out << ", peripheries=2";
    if (options_.sources != nullptr && node.span.known()) {
      out << ", tooltip=\"" << Escaped(options_.sources->Describe(node.span)) << '"';
    }
    out << ']';
  }

  // Gradients have their line from the forward pass, so that edges to them do not move them down.
  void WriteEdge(std::ostream& out, OperandEdge edge) const {
    if (IsGradient(edge.user)) out << "[constraint=false]";
  }

 private:
  bool IsGradient(uint32_t v) const { return function_.node(Value{v}).origin.has_value(); }

  template <class Holds>
  void WriteBox(std::ostream& out, std::string_view name, Holds holds) const {
    out << fmt::format("subgraph cluster_{} {{ label=\"{}\"; style=rounded; color=gray;\n", name, name);
    for (uint32_t v = 0; v < function_.size(); ++v) {
      if (holds(v)) out << '"' << Id(v) << "\";\n";
    }
    out << "}\n";
  }

  std::string Label(const Node& node, const std::vector<std::string>& result_names) const {
    std::string label = "%" + Escaped(node.name);
    if (node.op == Op::kConstant) {
      label += "\\n" + FloatText(node.attribute<double>(AttributeKey::kValue));
    } else if (node.op != Op::kArgument) {
      std::string attributes = ToString(node.attributes);
      label += fmt::format("\\n{}{}{}", InfoOf(node.op).mnemonic, attributes.empty() ? "" : " ", attributes);
    }
    if (options_.types) label += "\\n" + ToString(node.type);
    for (const std::string& name : result_names) label += "\\nresult " + Escaped(name);
    return label;
  }

  const Function& function_;
  const GraphvizOptions& options_;
  std::vector<std::vector<std::string>> result_names_;
  bool has_gradients_ = false;
  std::vector<bool> after_gradients_;
};

}  // namespace

void WriteGraphviz(const Function& function, std::ostream& out, const GraphvizOptions& options) {
  Picture picture(function, options);
  boost::write_graphviz(
      out, UsersGraph(function), [&](std::ostream& o, uint32_t v) { picture.WriteVertex(o, v); },
      [&](std::ostream& o, OperandEdge e) { picture.WriteEdge(o, e); }, [&](std::ostream& o) { picture.WriteGraph(o); },
      boost::make_function_property_map<uint32_t>([&](uint32_t v) { return picture.Id(v); }));
}

}  // namespace nnc::ir
