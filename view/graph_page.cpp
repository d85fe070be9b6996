#include "view/graph_page.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "view/course_graph.h"
#include "view/graph_views.h"
#include "view/html.h"
#include "view/page.h"

namespace nnc::view {
namespace {

constexpr int kMostUnfolded = 120;        // forward boxes that are still readable side by side
constexpr int kMostInAllViews = 120'000;  // in squares of boxes: about a second

std::string LineKey(const Span& span) { return span.known() ? fmt::format("{}:{}", span.file, span.line) : ""; }

// The picture's element, without the declarations before it.
std::string SvgElement(const std::string& svg) { return svg.substr(svg.find("<svg")); }

class Writer {
 public:
  Writer(const ir::Function& function, const SourceManager& sources, GraphStyle style)
      : function_(function),
        sources_(sources),
        style_(style),
        parts_(PartsOf(function)),
        views_(ViewsOf(parts_, Readable(parts_, style), kMostUnfolded, kMostInAllViews)) {}

  std::string Write() {
    Page page{.title = "@" + function_.name(), .styles = {"graph.css"}, .scripts = {"graph.js"}};
    page.body =
        "<div class=\"graph-tools\"><button id=\"fold\" type=\"button\">fold all</button>"
        "<button id=\"unfold\" type=\"button\">unfold all</button>"
        "<button id=\"smaller\" type=\"button\" aria-label=\"smaller\">−</button>"
        "<button id=\"larger\" type=\"button\" aria-label=\"larger\">+</button>"
        "<button id=\"fit\" type=\"button\">fit</button></div>\n"
        "<p id=\"said\" role=\"status\"></p>\n"
        "<div class=\"graph-panes\">\n<div id=\"picture\"></div>\n<div id=\"source\">\n" +
        Listings() +
        "</div>\n</div>\n<p class=\"faint\">Forward on the left, the gradient mirrored on the right. A click or Enter "
        "unfolds a box and folds a part; Tab goes to the graph and to the lines, arrows move within. In a large "
        "graph, unfolding a part may fold others.</p>\n" +
        Templates();
    page.data =
        ScriptJson({{"parts", PartsJson()}, {"views", views_}, {"values", ValuesJson()}, {"aliases", aliases_}});
    return Html(page);
  }

 private:
  std::string Templates() {
    std::string templates;
    for (size_t i = 0; i < views_.size(); ++i) {
      templates += fmt::format("<template id=\"view-{}\">{}</template>\n", i,
                               SvgElement(PictureSvg(function_, parts_, views_[i], style_)));
      if (style_ == GraphStyle::kCourse) FindAliases(views_[i]);
    }
    return templates;
  }

  void FindAliases(const std::set<int>& open) {
    for (const CourseNode& node : CourseGraphOf(function_, parts_, open).nodes) aliases_[node.id] = node.value;
  }

  nlohmann::json PartsJson() const {
    nlohmann::json json = nlohmann::json::array();
    for (const Part& part : parts_.parts) json.push_back({part.path, part.parent});
    return json;
  }

  nlohmann::json ValuesJson() const {
    nlohmann::json json = nlohmann::json::array();
    for (uint32_t v = 0; v < function_.size(); ++v) {
      const ir::Node& node = function_.node(ir::Value{v});
      int64_t forward = node.origin ? node.origin->forward.index : int64_t{-1};
      json.push_back({parts_.ids[v], parts_.part_of[v], LineKey(node.span), forward});
    }
    return json;
  }

  // The files that values come from; a line with values can be focused.
  std::string Listings() const {
    std::map<uint32_t, std::set<uint32_t>> lines;  // by file
    for (const ir::Node& node : function_.nodes()) {
      if (node.span.known()) lines[node.span.file].insert(node.span.line);
    }
    std::string html;
    for (const auto& [file, used] : lines) html += Listing(file, used);
    return html.empty() ? "<p class=\"faint\">no source is known</p>\n" : html;
  }

  std::string Listing(uint32_t file, const std::set<uint32_t>& used) const {
    const SourceManager::File& text = sources_.file(file);
    std::string html = fmt::format("<h2>{}</h2>\n", Escaped(text.path));
    for (uint32_t line = 1; line <= text.line_starts.size(); ++line) {
      std::string role = used.contains(line) ? fmt::format(" role=\"button\" data-line=\"{}:{}\"", file, line) : "";
      html += fmt::format("<div class=\"line\"{}><span class=\"count mono\">{}</span><code>{}</code></div>\n", role,
                          line, Escaped(sources_.Line({.file = file, .line = line, .column = 1, .length = 0})));
    }
    return html;
  }

  const ir::Function& function_;
  const SourceManager& sources_;
  GraphStyle style_;
  GraphParts parts_;
  std::vector<std::set<int>> views_;
  std::map<std::string, uint32_t> aliases_;  // of nodes that are no values: the value that they are about
};

}  // namespace

std::string GraphPage(const ir::Function& function, const SourceManager& sources, GraphStyle style) {
  return Writer(function, sources, style).Write();
}

}  // namespace nnc::view
