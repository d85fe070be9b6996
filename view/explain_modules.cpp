#include <fmt/format.h>

#include <algorithm>

#include "view/explain.h"
#include "view/explain_terms.h"
#include "view/formula_parts.h"
#include "view/html.h"

namespace nnc::view {
namespace {

// Longer lists are folded until the reader asks for them.
constexpr size_t kMostOpen = 12;

std::string Folded(const std::string& summary, bool open, const std::string& content) {
  return fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", open ? " open" : "", summary, content);
}

class Card {
 public:
  Card(const Terms& terms, size_t module)
      : terms_(terms), lesson_(terms.lesson()), module_(lesson_.modules[module]), number_(static_cast<int>(module)) {}

  std::string Html() const {
    return fmt::format("<section class=\"card module\" id=\"module-{}\">\n", number_) + Heading() + Equations() +
           Branches() + RowVectorRule() + Rules() + Ir() + "</section>\n";
  }

 private:
  std::string Heading() const {
    std::string_view line = lesson_.sources->Line(module_.span);
    size_t begin = std::min<size_t>(std::max<uint32_t>(module_.span.column, 1) - 1, line.size());
    std::string block = module_.block.empty() ? "" : " · " + module_.block;
    return fmt::format("<h3 {} tabindex=\"0\"><code>{}</code> <span class=\"faint\">{}{}</span></h3>\n",
                       ModuleAttribute(number_), Escaped(line.substr(begin, module_.span.length)),
                       Escaped(lesson_.sources->Describe(module_.span)), Escaped(block));
  }

  std::string Equations() const {
    std::string html = EquationList(terms_, module_.values);
    for (ir::Value v : module_.values) {
      if (terms_.function().node(v).op == ir::Op::kScan) html += BodyEquations(terms_, v);
    }
    return html;
  }

  static std::string EquationList(const Terms& terms, const std::vector<ir::Value>& values) {
    std::string html = "<div class=\"equations\">\n";
    for (const Equation& equation : EquationsOf(terms, values)) {
      html +=
          fmt::format("<div class=\"wide equation\" tabindex=\"0\" {}>{} <span class=\"faint sizes\">{}</span></div>\n",
                      terms.Attribute(equation.value), MathElement(equation.formula, true),
                      Escaped(ir::ToString(terms.function().type(equation.value))));
    }
    return html + "</div>\n";
  }

  static std::string BodyEquations(const Terms& around, ir::Value loop) {
    Terms body = Terms::OfBody(around, loop);
    std::vector<ir::Value> values;
    for (uint32_t v = 0; v < body.function().size(); ++v) values.push_back(ir::Value{v});
    std::string html = "<p>Each iteration of the loop <math><mi>f</mi></math>:</p>\n" + EquationList(body, values);
    for (ir::Value v : values) {
      if (body.function().node(v).op == ir::Op::kScan) html += BodyEquations(body, v);
    }
    return html;
  }

  // A value that several modules read.
  std::string Branches() const {
    std::string html;
    for (ir::Value v : module_.outputs) {
      std::vector<int> readers;
      for (ir::Value user : lesson_.users[v.index]) {
        int reader = lesson_.module_of[user.index];
        if (std::ranges::find(readers, reader) == readers.end()) readers.push_back(reader);
      }
      if (readers.size() < 2 || !lesson_.adjoint[v.index]) continue;
      html += fmt::format(
          "<p>Branch: {} is duplicated for {} modules, and its adjoint {} is the sum of what they send back.</p>\n",
          MathElement(terms_.Name(v)), readers.size(), MathElement(terms_.AdjointName(v)));
    }
    return html;
  }

  // For each pair of an output and an input: [1×d_f] = [1×d_g]·[d_g×d_f].
  std::string RowVectorRule() const {
    constexpr size_t kMost = 8;
    std::string html;
    size_t count = 0;
    for (ir::Value input : module_.inputs) {
      if (!lesson_.adjoint[input.index]) continue;
      for (ir::Value output : module_.outputs) {
        if (!lesson_.adjoint[output.index] || ++count > kMost) continue;
        html += RuleOf(output, input);
      }
    }
    if (html.empty()) return "";
    if (count > kMost) html += fmt::format("<p class=\"faint\">and {} more</p>\n", count - kMost);
    return Folded("Chain rule: row vector times Jacobian", count <= kMost, html);
  }

  std::string RuleOf(ir::Value output, ir::Value input) const {
    int64_t from = terms_.function().type(output).elements(), to = terms_.function().type(input).elements();
    auto sizes = [](int64_t rows, int64_t columns) { return Words(fmt::format("[{}×{}]", rows, columns)); };
    bool summed = module_.outputs.size() > 1 || lesson_.users[input.index].size() > 1;
    Math jacobian = Derivative(terms_.Name(output), terms_.Name(input));
    Math formula = Related(Noted(terms_.AdjointName(input), sizes(1, to)), summed ? "+=" : "=",
                           Dot(Noted(terms_.AdjointName(output), sizes(1, from)), Noted(jacobian, sizes(from, to))));
    return "<div class=\"wide rule\" tabindex=\"0\">" + MathElement(formula, true) + "</div>\n";
  }

  // Each op's vector-Jacobian product, from the last op to the first, as the backward pass has them.
  std::string Rules() const {
    std::string rows;
    size_t count = 0;
    const Naming names = terms_.Names();
    for (size_t i = module_.values.size(); i-- > 0;) {
      ir::Value v = module_.values[i];
      const ir::Node& node = terms_.function().node(v);
      for (size_t operand = 0; operand < node.operands.size(); ++operand) {
        ir::Value x = node.operands[operand];
        if (!lesson_.adjoint[x.index] || !lesson_.adjoint[v.index]) continue;
        ++count;
        rows += fmt::format(
            "<tr><td><code>{}</code></td><td class=\"equation\">{}</td></tr>\n", ir::InfoOf(node.op).mnemonic,
            MathElement(Related(names.adjoint(x), "+=", VjpFormulaOf(terms_.function(), v, operand, names))));
      }
    }
    if (rows.empty()) return "";
    return Folded("VJP: what each op passes back", count <= kMostOpen,
                  "<div class=\"wide\" tabindex=\"0\"><table>\n" + rows + "</table></div>\n");
  }

  std::string Ir() const {
    std::string forward, backward;
    for (ir::Value v : module_.values) forward += IrLine(terms_, v);
    for (ir::Value v : module_.backward) backward += IrLine(terms_, v);
    std::string html =
        Folded("IR, forward", module_.values.size() <= kMostOpen, "<pre tabindex=\"0\">" + forward + "</pre>\n");
    if (backward.empty()) return html;
    return html +
           Folded("IR, backward", module_.backward.size() <= kMostOpen, "<pre tabindex=\"0\">" + backward + "</pre>\n");
  }

  const Terms& terms_;
  const Lesson& lesson_;
  const LessonModule& module_;
  int number_;
};

}  // namespace

std::string ModulesSection(const Lesson& lesson) {
  Terms terms(lesson);
  std::string html = "<h2>The model as equations</h2>\n";
  for (size_t m = 0; m < lesson.modules.size(); ++m) html += Card(terms, m).Html();
  return html;
}

}  // namespace nnc::view
