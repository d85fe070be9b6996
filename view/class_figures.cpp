#include "view/class_figures.h"

#include <fmt/format.h>

#include "view/axis.h"
#include "view/chart.h"
#include "view/html.h"

namespace nnc::view {
namespace {

constexpr double kSide = 320, kMargin = 34;

// The cells of one class as a path, runs of cells of a row in one.
std::string CellsOf(const runtime::Regions& regions, int32_t wanted) {
  std::string path;
  const double cell = kSide / static_cast<double>(regions.side);
  for (int64_t row = 0; row < regions.side; ++row) {
    const auto is_wanted = [&](int64_t column) {
      return column < regions.side && regions.grid[static_cast<size_t>(row * regions.side + column)] == wanted;
    };
    for (int64_t column = 0; column < regions.side; ++column) {
      if (!is_wanted(column)) continue;
      const int64_t first = column;
      while (is_wanted(column)) ++column;
      path +=
          fmt::format("M{:.1f},{:.1f}h{:.1f}v{:.1f}h{:.1f}z", kMargin + static_cast<double>(first) * cell,
                      static_cast<double>(regions.side - 1 - row) * cell, static_cast<double>(column - first) * cell,
                      cell, -static_cast<double>(column - first) * cell);
    }
  }
  return path;
}

std::string Axes(const runtime::Regions& regions, const Axis& x, const Axis& y) {
  std::string svg;
  for (double tick : Ticks(regions.x.low, regions.x.high, 5)) {
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x.At(tick), kSide + 15,
                       TickText(tick));
  }
  for (double tick : Ticks(regions.y.low, regions.y.high, 5)) {
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kMargin - 5, y.At(tick) + 4,
                       TickText(tick));
  }
  return svg;
}

}  // namespace

std::string ConfusionTable(const runtime::Confusion& confusion) {
  const size_t count = confusion.classes.size();
  std::string html =
      "<div class=\"wide\" tabindex=\"0\"><table class=\"confusion\">\n<caption class=\"note\">rows: the class; "
      "columns: "
      "what was predicted</caption>\n<thead><tr><td></td>";
  for (const std::string& name : confusion.classes) html += fmt::format("<th scope=\"col\">{}</th>", Escaped(name));
  html += "<th scope=\"col\">found</th></tr></thead>\n";
  for (size_t row = 0; row < count; ++row) {
    int64_t total = 0;
    for (size_t column = 0; column < count; ++column) total += confusion.counts[row * count + column];
    const auto share = [&](size_t column) {
      return total == 0 ? 0.0
                        : static_cast<double>(confusion.counts[row * count + column]) / static_cast<double>(total);
    };
    html += fmt::format("<tr><th scope=\"row\">{}</th>", Escaped(confusion.classes[row]));
    for (size_t column = 0; column < count; ++column) {
      html += fmt::format("<td{} style=\"--share:{:.3f}\">{}</td>", row == column ? " class=\"right\"" : "",
                          share(column), confusion.counts[row * count + column]);
    }
    html += fmt::format("<td>{}</td></tr>\n", total == 0 ? "" : fmt::format("{:.1f}%", 100 * share(row)));
  }
  return html + "</table></div>\n";
}

std::string RegionsFigure(const runtime::Regions& regions) {
  const Axis x{regions.x.low, regions.x.high, kMargin, kMargin + kSide}, y{regions.y.low, regions.y.high, kSide, 0};
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"decision regions\" font-size=\"11\" "
      "font-family=\"sans-serif\">\n",
      kSide + kMargin + 8, kSide + 22);
  LineChart legend;
  for (size_t i = 0; i < regions.classes.size(); ++i) {
    svg +=
        fmt::format("<path class=\"region\" d=\"{}\" style=\"fill:{}\" fill-opacity=\"0.3\"><title>{}</title></path>\n",
                    CellsOf(regions, static_cast<int32_t>(i)), SeriesColour(i), Escaped(regions.classes[i]));
    legend.series.push_back({.name = regions.classes[i], .points = {}, .dots = true, .band = {}});
  }
  for (size_t i = 0; i < regions.points.size(); ++i) {
    svg += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.2\" style=\"fill:{};stroke:var(--paper)\" stroke-width=\"0.6\"/>\n",
        x.At(regions.points[i][0]), y.At(regions.points[i][1]), SeriesColour(static_cast<size_t>(regions.labels[i])));
  }
  return svg + Axes(regions, x, y) + "</svg>\n" + Legend(legend);
}

}  // namespace nnc::view
