#include <fmt/format.h>

#include "view/chart.h"
#include "view/explain.h"
#include "view/explain_terms.h"
#include "view/html.h"

namespace nnc::view {
namespace {

std::string FirstNumbers(const Numbers& numbers) {
  std::string text;
  for (double number : numbers.first) text += fmt::format("{}{:.4g}", text.empty() ? "" : ", ", number);
  bool more = numbers.statistics.count > static_cast<int64_t>(numbers.first.size());
  return text + (more ? ", …" : "");
}

std::string RangeText(const Numbers& numbers) {
  const Statistics& s = numbers.statistics;
  std::string text = s.count == 1 ? "" : fmt::format("{:.3g} to {:.3g}", s.least, s.greatest);
  if (s.finite < s.count) text += fmt::format("{}{} not finite", text.empty() ? "" : ", ", s.count - s.finite);
  return text;
}

class Sample {
 public:
  explicit Sample(const Lesson& lesson) : lesson_(lesson), terms_(lesson) {}

  std::string Forward() const {
    std::string rows;
    for (uint32_t v = 0; v < lesson_.function.argument_count(); ++v) {
      if (!lesson_.users[v].empty()) rows += Row(ir::Value{v}, terms_.Name(ir::Value{v}));
    }
    for (const LessonModule& module : lesson_.modules) {
      for (ir::Value v : module.outputs) rows += Row(v, terms_.Name(v));
    }
    return Table("Forward", rows);
  }

  std::string Backward() const {
    std::string rows;
    for (size_t m = lesson_.modules.size(); m-- > 0;) {
      for (ir::Value v : lesson_.modules[m].outputs) rows += AdjointRow(v);
    }
    for (uint32_t v = 0; v < lesson_.function.argument_count(); ++v) rows += AdjointRow(ir::Value{v});
    return Table("Backward", rows);
  }

 private:
  static std::string Table(const std::string& title, const std::string& rows) {
    return fmt::format(
        "<h3>{}</h3>\n<div class=\"wide\" tabindex=\"0\"><table class=\"numbers\">\n<tr><th>value</th><th>type</th>"
        "<th>range</th><th>first numbers</th></tr>\n{}</table></div>\n",
        title, rows);
  }

  std::string Row(ir::Value v, const Math& name) const {
    const Numbers& numbers = lesson_.numbers[v.index];
    if (lesson_.function.type(v).is_tuple()) return "";
    return fmt::format("<tr {}><td>{}</td><td class=\"faint\">{}</td><td>{}</td><td class=\"mono\">{}</td></tr>\n",
                       terms_.Attribute(v), MathElement(name), Escaped(ir::ToString(lesson_.function.type(v))),
                       RangeText(numbers), FirstNumbers(numbers));
  }

  std::string AdjointRow(ir::Value v) const {
    auto adjoint = lesson_.adjoint[v.index];
    return adjoint ? Row(*adjoint, terms_.AdjointName(v)) : "";
  }

  const Lesson& lesson_;
  Terms terms_;
};

// The last value of a module that a layer's reader looks at: a float of several numbers.
std::optional<ir::Value> Activation(const Lesson& lesson, const LessonModule& module) {
  for (size_t i = module.outputs.size(); i-- > 0;) {
    ir::Value v = module.outputs[i];
    if (lesson.adjoint[v.index] && lesson.numbers[v.index].statistics.count >= 2) return v;
  }
  return std::nullopt;
}

std::string HistogramOf(const std::string& title, const Numbers& numbers) {
  return Svg(Histogram{
      .title = title, .low = numbers.statistics.least, .high = numbers.statistics.greatest, .counts = numbers.counts});
}

}  // namespace

std::string SampleSection(const Lesson& lesson) {
  Sample sample(lesson);
  return "<section>\n<h2>One sample, forward and back</h2>\n" + sample.Forward() + sample.Backward() + "</section>\n";
}

std::string HistogramsSection(const Lesson& lesson) {
  constexpr int kMost = 48;
  std::string cards;
  int count = 0;
  for (size_t m = 0; m < lesson.modules.size(); ++m) {
    auto v = Activation(lesson, lesson.modules[m]);
    if (!v || ++count > kMost) continue;
    cards +=
        fmt::format("<div class=\"card\"><h3 {}><code>{}</code></h3>{}{}</div>\n", ModuleAttribute(static_cast<int>(m)),
                    Escaped(lesson.modules[m].name), HistogramOf("activations", lesson.numbers[v->index]),
                    HistogramOf("gradients", lesson.numbers[lesson.adjoint[v->index]->index]));
  }
  if (cards.empty()) return "";
  std::string more = count > kMost ? fmt::format("<p class=\"faint\">and {} more modules</p>\n", count - kMost) : "";
  return "<section>\n<h2>Activations and gradients, layer by layer</h2>\n<div class=\"cards\">\n" + cards + "</div>\n" +
         more + "</section>\n";
}

}  // namespace nnc::view
