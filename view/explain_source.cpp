#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "view/explain.h"
#include "view/html.h"

namespace nnc::view {
namespace {

// A stretch of a line that something comes from, from byte `begin` on, and the attribute that marks it.
struct Mark {
  size_t begin = 0, end = 0;
  std::string attribute;
};

// A line with its marks, which may lie in each other. One that only overlaps another ends with it.
std::string MarkedLine(std::string_view line, std::vector<Mark> marks) {
  std::ranges::sort(marks,
                    [](const Mark& a, const Mark& b) { return std::pair(a.begin, b.end) < std::pair(b.begin, a.end); });
  std::string html;
  std::vector<size_t> open;  // where they end, the inmost last
  size_t at = 0;
  auto go_to = [&](size_t place) {
    while (!open.empty() && open.back() <= place) {
      html += Escaped(line.substr(at, open.back() - at)) + "</span>";
      at = open.back();
      open.pop_back();
    }
    html += Escaped(line.substr(at, place - at));
    at = place;
  };
  for (const Mark& mark : marks) {
    go_to(mark.begin);
    html += fmt::format("<span class=\"place\" tabindex=\"0\"{}>", mark.attribute);
    open.push_back(open.empty() ? mark.end : std::min(mark.end, open.back()));
  }
  go_to(line.size());
  return html;
}

class Source {
 public:
  explicit Source(const Lesson& lesson) : lesson_(lesson) {
    for (size_t m = 0; m < lesson.modules.size(); ++m) Add(lesson.modules[m].span, "module", m);
    for (uint32_t v = 0; v < lesson.function.argument_count(); ++v) {
      if (!lesson.users[v].empty()) Add(lesson.function.nodes()[v].span, "value", v);
    }
  }

  std::string Files() {
    std::set<uint32_t> files;
    for (const auto& [place, stretch] : stretches_) files.insert(std::get<0>(place));
    std::string html;
    for (uint32_t file : files) html += File(file);
    return html;
  }

 private:
  struct Stretch {
    Span span;
    std::string modules, values;  // numbers with spaces between
  };

  void Add(const Span& span, std::string_view what, size_t number) {
    if (!span.known() || lesson_.sources->file(span.file).library || lesson_.sources->Line(span).empty()) return;
    Stretch& stretch = stretches_[{span.file, span.line, span.column, span.length}];
    stretch.span = span;
    std::string& numbers = what == "module" ? stretch.modules : stretch.values;
    numbers += (numbers.empty() ? "" : " ") + std::to_string(number);
  }

  std::string File(uint32_t file) {
    const SourceManager::File& source = lesson_.sources->file(file);
    std::string html = fmt::format("<h3><code>{}</code></h3>\n<pre class=\"source\">", Escaped(source.path));
    for (uint32_t line = 1; line <= source.line_starts.size(); ++line) {
      std::string_view text = lesson_.sources->Line({file, line, 1, 1});
      html +=
          fmt::format("<span class=\"number\">{:>3}</span> {}\n", line, MarkedLine(text, MarksOf(file, line, text)));
    }
    return html + "</pre>\n";
  }

  std::vector<Mark> MarksOf(uint32_t file, uint32_t line, std::string_view text) const {
    std::vector<Mark> marks;
    for (auto at = stretches_.lower_bound({file, line, 0, 0}); at != stretches_.end(); ++at) {
      const Stretch& stretch = at->second;
      if (stretch.span.file != file || stretch.span.line != line) break;
      size_t begin = std::min<size_t>(stretch.span.column - 1, text.size());
      size_t end = std::min<size_t>(begin + std::max<size_t>(stretch.span.length, 1), text.size());
      std::string attributes;
      if (!stretch.modules.empty()) attributes += fmt::format(" data-module=\"{}\"", stretch.modules);
      if (!stretch.values.empty()) attributes += fmt::format(" data-value=\"{}\"", stretch.values);
      if (begin < end) marks.push_back({begin, end, attributes});
    }
    return marks;
  }

  const Lesson& lesson_;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>, Stretch> stretches_;  // by file, line, column, length
};

}  // namespace

std::string SourceSection(const Lesson& lesson) {
  return "<section class=\"program\">\n<h2>The program</h2>\n" + Source(lesson).Files() + "</section>\n";
}

}  // namespace nnc::view
