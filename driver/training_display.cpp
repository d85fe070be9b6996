#include "driver/training_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "driver/format.h"

namespace nnc::driver {
namespace {

constexpr int kSparkWidth = 24, kBarWidth = 24, kLeastBar = 8;

std::string Repeated(const char* text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string NumberText(double value) {
  const double size = std::abs(value);
  return size != 0 && (size < 1e-3 || size >= 1e6) ? fmt::format("{:.3e}", value) : fmt::format("{:.4f}", value);
}

StyledLine ProgressLine(const DisplayState& state, int columns, bool unicode) {
  std::string rest = fmt::format(" {:3.0f}%  {}", std::floor(100 * state.share), state.place);
  if (state.rate > 0) rest += fmt::format("  {} samples/s", CountText(state.rate));
  if (state.seconds_left) rest += fmt::format("  {} left", SecondsText(*state.seconds_left));
  StyledLine line;
  line.Add(state.run, TextStyle::kBold).Add("  ");
  const int width = std::min(kBarWidth, columns - line.width() - Columns(rest));
  if (width >= kLeastBar) {
    const int full = static_cast<int>(std::clamp(state.share, 0.0, 1.0) * width);
    line.Add(Repeated(unicode ? "━" : "#", full), TextStyle::kAccent);
    line.Add(Repeated(unicode ? "─" : "-", width - full), TextStyle::kFaint);
  }
  return line.Add(rest).Cut(columns);
}

// The figure of a name, as all figures of a run have it: the loss, then metric number `index` - 1.
double FigureAt(const runtime::Figures& figures, size_t index) {
  if (index == 0) return figures.loss;
  return index <= figures.metrics.size() ? figures.metrics[index - 1].second : std::nan("");
}

StyledLine FigureLine(const DisplayState& state, size_t index, const std::string& label, int columns, bool unicode) {
  StyledLine line;
  line.Add("  " + label + "  ").Add(fmt::format("{:>10}", NumberText(FigureAt(state.train, index))), TextStyle::kBold);
  if (state.validate) {
    line.Add(fmt::format("  validation {:>10}", NumberText(FigureAt(*state.validate, index))));
  }
  std::vector<double> course;
  for (const runtime::Figures& figures : state.history) course.push_back(FigureAt(figures, index));
  const int room = std::min(kSparkWidth, columns - line.width() - 2);
  if (room >= kLeastBar) line.Add("  ").Add(Sparkline(course, room, unicode), TextStyle::kAccent);
  return line.Cut(columns);
}

}  // namespace

std::vector<StyledLine> DisplayLines(const DisplayState& state, int columns, bool unicode) {
  std::vector<std::string> labels = {"loss"};
  for (const auto& [name, value] : state.train.metrics) labels.push_back(name);
  int widest = 0;
  for (const std::string& label : labels) widest = std::max(widest, Columns(label));
  std::vector<StyledLine> lines = {ProgressLine(state, columns, unicode)};
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::string label = labels[i] + std::string(static_cast<size_t>(widest - Columns(labels[i])), ' ');
    lines.push_back(FigureLine(state, i, label, columns, unicode));
  }
  return lines;
}

std::string Sparkline(const std::vector<double>& numbers, int width, bool unicode) {
  static constexpr std::array kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array kAscii = {"_", ".", ",", "-", "~", "=", "*", "#"};
  const size_t cells = std::min(numbers.size(), static_cast<size_t>(std::max(width, 0)));
  std::vector<double> means;
  for (size_t cell = 0; cell < cells; ++cell) {
    const size_t begin = cell * numbers.size() / cells, end = (cell + 1) * numbers.size() / cells;
    double sum = 0;
    for (size_t i = begin; i < end; ++i) sum += numbers[i];
    means.push_back(sum / static_cast<double>(end - begin));
  }
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double mean : means) {
    if (!std::isfinite(mean)) continue;
    low = std::min(low, mean);
    high = std::max(high, mean);
  }
  std::string line;
  for (double mean : means) {
    if (!std::isfinite(mean)) {
      line += " ";
      continue;
    }
    const double share = high > low ? (mean - low) / (high - low) : 0;
    const auto level =
        std::min<size_t>(kBlocks.size() - 1, static_cast<size_t>(share * static_cast<double>(kBlocks.size())));
    line += unicode ? kBlocks[level] : kAscii[level];
  }
  return line;
}

}  // namespace nnc::driver
