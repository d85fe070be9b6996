// Charts as SVG, for pages: their colours are the theme's, their text can be read by a machine and by a screen reader.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace nnc::view {

struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;  // (x, y) in order of x; one that is not finite leaves a gap
  bool dashed = false;
  bool dots = false;  // points for themselves, without a line
  std::vector<std::pair<double, double>> band =
      {};  // of each point, a lower and an upper value: an area behind the line
};

struct LineChart {
  std::string title = {}, x_label = {}, y_label = {};
  std::vector<Series> series = {};
  bool logarithmic = false;  // the y axis; values of zero or less leave a gap
  bool captions = true;      // title and names in the picture; false where the page has them beside it (see Legend)
};

// 480 x 260 user units, scaled to its container. Ticks at 1, 2 or 5 times a power of ten.
std::string Svg(const LineChart& chart);

// The names of a chart's series as an HTML list, each with its colour and its kind of line.
std::string Legend(const LineChart& chart);

// The colour of series, or class, number `index`, as CSS: the six of the theme come round.
std::string SeriesColour(size_t index);

struct Histogram {
  std::string title;
  double low = 0, high = 0;     // the values of the first bin's left and the last bin's right edge
  std::vector<int64_t> counts;  // of bins of equal width
};

// 300 x 140 user units. Each bar's tooltip says its range and count.
std::string Svg(const Histogram& histogram);

}  // namespace nnc::view
