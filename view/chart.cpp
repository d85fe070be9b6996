#include "view/chart.h"

#include <fmt/format.h>

#include <algorithm>
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
    }
    x = x.Widened(), y = y.Widened();
    x_ = {x.low, x.high, kLeft, kWidth - kRight};
    y_ = {y.low, y.high, kHeight - kBottom, kTop};
  }

  std::string Draw() const {
    std::string svg = Opening(kWidth, kHeight, chart_.title) + Text(kLeft, 14, chart_.title, "start") + Grid();
    for (size_t i = 0; i < chart_.series.size(); ++i) svg += Line(chart_.series[i], i) + Name(chart_.series[i].name, i);
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
    for (double tick : Ticks(y_.low, y_.high, 5)) {
      double value = chart_.logarithmic ? std::pow(10, tick) : tick;
      svg += Rule(kLeft, y_.At(tick), kWidth - kRight, y_.At(tick));
      svg += Text(kLeft - 6, y_.At(tick) + 4, fmt::format("{:.3g}", value), "end");
    }
    svg += Text((kLeft + kWidth - kRight) / 2, kHeight - 8, chart_.x_label, "middle");
    return svg + Text(8, kTop - 4, chart_.y_label, "start");
  }

  static std::string Colour(size_t index) { return fmt::format("var(--series-{})", index % 6 + 1); }

  std::string Line(const Series& series, size_t index) const {
    std::string path;
    bool drawing = false;
    for (auto [at, value] : series.points) {
      bool shown = std::isfinite(at) && std::isfinite(Height(value));
      if (shown) path += fmt::format("{}{:.1f},{:.1f}", drawing ? 'L' : 'M', x_.At(at), y_.At(Height(value)));
      drawing = shown;
    }
    // A round cap shows a point that stands alone.
    return fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\" stroke-linecap=\"round\"{}>"
        "<title>{}</title></path>\n",
        path, Colour(index), series.dashed ? " stroke-dasharray=\"5 3\"" : "", Escaped(series.name));
  }

  std::string Name(const std::string& name, size_t index) const {
    double y = kTop + 12 + 14 * static_cast<double>(index), x = kWidth - kRight - 4;
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\" style=\"fill:{}\">{}</text>\n", x, y,
                       Colour(index), Escaped(name));
  }

  const LineChart& chart_;
  Axis x_, y_;
};

}  // namespace

std::string Svg(const LineChart& chart) { return LinePicture(chart).Draw(); }

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
