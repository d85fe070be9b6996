#include <fmt/format.h>

#include <algorithm>

#include "view/chart.h"
#include "view/html.h"
#include "view/image.h"
#include "view/inspection.h"
#include "view/page.h"
#include "view/statistics.h"

namespace nnc::view {
namespace {

constexpr int kBins = 40;
constexpr int64_t kRows = 10, kImages = 40;

std::string FactsList(const Inspected& inspected) {
  std::string rows;
  for (const auto& [name, value] : inspected.facts) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", Escaped(name), Escaped(value));
  }
  return rows.empty() ? "" : "<table>\n" + rows + "</table>\n";
}

std::string ArrayCard(const InspectedArray& array) {
  Statistics statistics = StatisticsOf(array.values);
  std::string type = ir::ToString(array.values.type());
  std::string remarks;
  if (statistics.nan > 0) remarks += fmt::format(", <strong>{} NaN</strong>", statistics.nan);
  if (statistics.infinite > 0) remarks += fmt::format(", <strong>{} infinite</strong>", statistics.infinite);
  return fmt::format(
      "<div class=\"card\"><h3><code>{}</code></h3><div class=\"faint mono\">{}</div>\n{}"
      "<div class=\"faint\">mean {:.4g}, deviation {:.4g}, {} zeros of {}{}</div></div>\n",
      Escaped(array.name), Escaped(type),
      Svg(Histogram{.title = "",
                    .low = statistics.least,
                    .high = statistics.greatest,
                    .counts = CountsOf(array.values, statistics, kBins)}),
      statistics.mean, statistics.deviation, statistics.zeros, statistics.count, remarks);
}

std::string RowsTable(const Inspected& inspected) {
  std::string html = "<h3>First rows</h3>\n<div class=\"wide\"><table>\n<tr>";
  for (const InspectedArray& array : inspected.arrays) html += "<th>" + Escaped(array.name) + "</th>";
  html += "</tr>\n";
  for (const std::vector<std::string>& row : FirstRows(inspected, kRows)) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + Escaped(cell) + "</td>";
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

// A bar for each class, as long as it is frequent.
std::string BalanceTable(const InspectedArray& array) {
  auto balance = ClassBalance(array);
  if (!balance) return "";
  int64_t most = 1;
  for (const auto& [name, count] : *balance) most = std::max(most, count);
  std::string html = fmt::format("<h3>Classes of <code>{}</code></h3>\n<table>\n", Escaped(array.name));
  for (const auto& [name, count] : *balance) {
    html += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td><svg width=\"200\" height=\"12\" role=\"img\" "
        "aria-label=\"{} of {}\"><rect width=\"{:.1f}\" height=\"12\" fill=\"var(--series-1)\"/></svg></td></tr>\n",
        Escaped(name), count, count, array.values.elements(),
        200 * static_cast<double>(count) / static_cast<double>(most));
  }
  return html + "</table>\n";
}

// The first rows of an array of images; with the class of each, where there is a label.
std::string ImageGrid(const Inspected& inspected, const InspectedArray& array) {
  std::vector<int64_t> row(array.values.shape().begin() + 1, array.values.shape().end());
  auto shape = ImageShapeOf(row);
  if (!shape) return "";
  auto label = std::find_if(inspected.arrays.begin(), inspected.arrays.end(),
                            [](const InspectedArray& each) { return each.label; });
  Statistics statistics = StatisticsOf(array.values);
  std::string html = fmt::format("<h3>Images of <code>{}</code></h3>\n<div class=\"images\">\n", Escaped(array.name));
  for (int64_t i = 0; i < std::min(kImages, array.values.shape()[0]); ++i) {
    std::string caption = std::to_string(i);
    if (label != inspected.arrays.end()) {
      caption = FirstRows({.title = "", .arrays = {*label}, .data = true}, i + 1).back()[0];
    }
    html +=
        fmt::format("<figure><img src=\"{}\" alt=\"row {}\"><figcaption>{}</figcaption></figure>\n",
                    ImageAddress(array.values, i, *shape, statistics.least, statistics.greatest), i, Escaped(caption));
  }
  return html + "</div>\n";
}

std::string Section(const Inspected& inspected) {
  std::string html = fmt::format("<section>\n<h2>{}</h2>\n{}", Escaped(inspected.title), FactsList(inspected));
  if (inspected.data) {
    html += RowsTable(inspected);
    for (const InspectedArray& array : inspected.arrays) html += BalanceTable(array);
    for (const InspectedArray& array : inspected.arrays) html += ImageGrid(inspected, array);
  }
  html += "<h3>Numbers</h3>\n<div class=\"cards\">\n";
  for (const InspectedArray& array : inspected.arrays) html += ArrayCard(array);
  return html + "</div>\n</section>\n";
}

}  // namespace

std::string InspectionPage(const std::vector<Inspected>& all) {
  Page page{.title = all.empty() ? "nothing" : all.front().title, .styles = {"inspect.css"}};
  for (const Inspected& inspected : all) page.body += Section(inspected);
  return Html(page);
}

}  // namespace nnc::view
