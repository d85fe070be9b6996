#include "view/explain.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "view/html.h"
#include "view/page.h"

namespace nnc::view {
namespace {

std::string FactsTable(const Lesson& lesson) {
  std::string html = "<dl class=\"facts\">\n";
  for (const auto& [name, value] : lesson.facts) {
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", Escaped(name), Escaped(value));
  }
  html += "</dl>\n";
  if (!lesson.remark.empty()) html += fmt::format("<p class=\"remark\">{}</p>\n", Escaped(lesson.remark));
  return html;
}

constexpr const char* kLegend =
    "<p class=\"faint\">A bar is an adjoint, the derivative of the loss by a value, as a row vector: "
    "<math><mover accent=\"true\"><mi>x</mi><mo>¯</mo></mover><mo>=</mo><mfrac><mrow><mo>∂</mo><mi>ℓ</mi></mrow>"
    "<mrow><mo>∂</mo><mi>x</mi></mrow></mfrac></math>. "
    "<math><mi>h</mi></math> with a number is a value that the program gives no name; "
    "<math><mo>⊙</mo></math> multiplies element by element; "
    "<math><mo stretchy=\"false\">[</mo><mi>a</mi><mo>&gt;</mo><mi>b</mi><mo stretchy=\"false\">]</mo></math> is 1 "
    "where that holds and 0 elsewhere. Point at a term, or step through with the Tab key: source, equation, diagram "
    "and IR light up together.</p>\n";

// For each value the modules that light up with it: its own; of an argument, those that use it.
nlohmann::json ModulesOfValues(const Lesson& lesson) {
  nlohmann::json modules = nlohmann::json::array();
  for (uint32_t v = 0; v < lesson.function.size(); ++v) {
    std::set<int> with = {std::max(lesson.module_of[v], lesson.rule_of[v])};
    if (v < lesson.function.argument_count()) {
      for (ir::Value user : lesson.users[v]) with.insert(lesson.module_of[user.index]);
    }
    with.erase(-1);
    modules.push_back(with);
  }
  return modules;
}

}  // namespace

std::string ModuleAttribute(int module) { return fmt::format("data-module=\"{}\"", module); }

std::string ExplanationPage(const Lesson& lesson) {
  Page page{.title = lesson.title, .styles = {"explain.css"}, .scripts = {"explain.js"}};
  page.body = FactsTable(lesson) + kLegend + "<div class=\"lesson\">\n<div class=\"beside\">\n" +
              SourceSection(lesson) + DiagramSection(lesson) + "</div>\n<div class=\"story\">\n" +
              ModulesSection(lesson) + "</div>\n</div>\n" + SampleSection(lesson) + HistogramsSection(lesson) +
              StepSection(lesson) + MemorySection(lesson);
  page.data = ScriptJson({{"modules", ModulesOfValues(lesson)}});
  return Html(page);
}

}  // namespace nnc::view
