#include "view/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "view/axis.h"
#include "view/html.h"

namespace nnc::view {
namespace {

constexpr double kWidth = 480, kHeight = 260, kLeft = 58, kRight = 12, kTop = 30, kBottom = 42;

std::string Opening(double width, double height, const std::string& title) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" font-size=\"11\" font-family=\"sans-serif\">\n", width,
      height, Escaped(title));
}

std::string Text(double x, double y, const std::string& text, const char* anchor) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, Escaped(text));
}

std::string Rule(double x1, double y1, double x2, double y2) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"var(--rule)\"/>\n", x1, y1,
                     x2, y2);
}

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void Add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // Of some width, also around nothing or a single value.
  Range Widened() const {
    if (low > high) return {0, 1};
    if (low < high) return *this;
    double margin = low == 0 ? 1 : std::abs(low) / 10;
    return {low - margin, high + margin};
  }
};

// After six colours come the same ones again, with another kind of line.
std::string Dashes(const Series& series, size_t index) {
  static constexpr std::array kKinds = {"", "1 3", "9 3", "9 3 1 3"};
  const char* kind = series.dashed ? "5 3" : kKinds[index / 6 % kKinds.size()];
  return *kind == '\0' ? "" : fmt::format(" stroke-dasharray=\"{}\"", kind);
}

class LinePicture {
 public:
  explicit LinePicture(const LineChart& chart) : chart_(chart) {
    Range x, y;
    for (const Series& series : chart.series) {
      for (auto [at, value] : series.points) {
        if (!std::isfinite(Height(value))) continue;
        x.Add(at);
        y.Add(Height(value));
      }
      for (auto [below, above] : series.band) {
        y.Add(Height(below));
        y.Add(Height(above));
      }
    }
    x = x.Widened(), y = y.Widened();
    x_ = {x.low, x.high, kLeft, kWidth - kRight};
    y_ = {y.low, y.high, kHeight - kBottom, kTop};
  }

  std::string Draw() const {
    std::string svg = Opening(kWidth, kHeight, chart_.title) + Grid();
    if (chart_.captions) svg += Text(kLeft, 14, chart_.title, "start");
    for (size_t i = 0; i < chart_.series.size(); ++i) {
      const Series& series = chart_.series[i];
      svg += Band(series, i) + (series.dots ? Dots(series, i) : Line(series, i));
      if (chart_.captions) svg += Name(series.name, i);
    }
    return svg + "</svg>\n";
  }

 private:
  // Where a value stands on the y axis, before it is scaled.
  double Height(double value) const {
    if (!chart_.logarithmic) return value;
    return value > 0 ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
  }

  std::string Grid() const {
    std::string svg;
    for (double tick : Ticks(x_.low, x_.high, 6)) {
      svg += Text(x_.At(tick), kHeight - kBottom + 15, TickText(tick), "middle");
    }
    for (double tick : chart_.logarithmic ? LogTicks(y_.low, y_.high) : Ticks(y_.low, y_.high, 5)) {
      double value = chart_.logarithmic ? std::pow(10, tick) : tick;
      svg += Rule(kLeft, y_.At(tick), kWidth - kRight, y_.At(tick));
      svg += Text(kLeft - 6, y_.At(tick) + 4, fmt::format("{:.3g}", value), "end");
    }
    svg += Text((kLeft + kWidth - kRight) / 2, kHeight - 8, chart_.x_label, "middle");
    return svg + Text(8, kTop - 4, chart_.y_label, "start");
  }

  std::string Band(const Series& series, size_t index) const {
    if (series.band.empty()) return "";
    std::string path;
    for (size_t i = 0; i < series.band.size(); ++i) path += Place(i == 0, series.points[i].first, series.band[i].first);
    for (size_t i = series.band.size(); i-- > 0;) path += Place(false, series.points[i].first, series.band[i].second);
    return fmt::format("<path d=\"{}Z\" style=\"fill:{}\" fill-opacity=\"0.2\"/>\n", path, SeriesColour(index));
  }

  std::string Place(bool first, double at, double value) const {
    return fmt::format("{}{:.1f},{:.1f}", first ? 'M' : 'L', x_.At(at), y_.At(Height(value)));
  }

  std::string Dots(const Series& series, size_t index) const {
    std::string svg = fmt::format("<g style=\"fill:{}\" fill-opacity=\"0.7\"><title>{}</title>\n", SeriesColour(index),
                                  Escaped(series.name));
    for (auto [at, value] : series.points) {
      if (!std::isfinite(at) || !std::isfinite(Height(value))) continue;
      svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\"/>\n", x_.At(at), y_.At(Height(value)));
    }
    return svg + "</g>\n";
  }

  std::string Line(const Series& series, size_t index) const {
    std::string path;
    bool drawing = false;
    for (auto [at, value] : series.points) {
      bool shown = std::isfinite(at) && std::isfinite(Height(value));
      if (shown) path += Place(!drawing, at, value);
      drawing = shown;
    }
    // A round cap shows a point that stands alone.
    return fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\" stroke-linecap=\"round\"{}>"
        "<title>{}</title></path>\n",
        path, SeriesColour(index), Dashes(series, index), Escaped(series.name));
  }

  std::string Name(const std::string& name, size_t index) const {
    double y = kTop + 12 + 14 * static_cast<double>(index), x = kWidth - kRight - 4;
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\" style=\"fill:{}\">{}</text>\n", x, y,
                       SeriesColour(index), Escaped(name));
  }

  const LineChart& chart_;
  Axis x_, y_;
};

}  // namespace

std::string Svg(const LineChart& chart) { return LinePicture(chart).Draw(); }

std::string Legend(const LineChart& chart) {
  std::string list = "<ul class=\"legend\">\n";
  for (size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    const std::string mark =
        series.dots ? fmt::format("<circle cx=\"12\" cy=\"5\" r=\"3\" style=\"fill:{}\"/>", SeriesColour(i))
                    : fmt::format("<path d=\"M1,5H23\" stroke=\"{}\" stroke-width=\"2.5\"{}/>", SeriesColour(i),
                                  Dashes(series, i));
    list += fmt::format("<li><svg width=\"24\" height=\"10\" aria-hidden=\"true\">{}</svg> {}</li>\n", mark,
                        Escaped(series.name));
  }
  return list + "</ul>\n";
}

std::string SeriesColour(size_t index) { return fmt::format("var(--series-{})", index % 6 + 1); }

std::string Svg(const Histogram& histogram) {
  constexpr double kBarsWidth = 300, kBarsHeight = 140, kFloor = 118, kCeiling = 22;
  int64_t most = 1;
  for (int64_t count : histogram.counts) most = std::max(most, count);
  std::string svg = Opening(kBarsWidth, kBarsHeight, histogram.title) + Text(4, 13, histogram.title, "start");
  auto bins = static_cast<double>(histogram.counts.size());
  double width = (histogram.high - histogram.low) / bins;
  Axis x{0, bins, 4, kBarsWidth - 4}, y{0, static_cast<double>(most), kFloor, kCeiling};
  for (size_t i = 0; i < histogram.counts.size(); ++i) {
    auto left = static_cast<double>(i), count = static_cast<double>(histogram.counts[i]);
    svg += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"var(--series-1)\"><title>"
        "{:.4g} to {:.4g}: {}</title></rect>\n",
        x.At(left), y.At(count), x.At(left + 1) - x.At(left), kFloor - y.At(count), histogram.low + left * width,
        histogram.low + (left + 1) * width, histogram.counts[i]);
  }
  return svg + Rule(4, kFloor, kBarsWidth - 4, kFloor) + Text(4, 132, fmt::format("{:.3g}", histogram.low), "start") +
         Text(kBarsWidth - 4, 132, fmt::format("{:.3g}", histogram.high), "end") + "</svg>\n";
}

}  // namespace nnc::view
