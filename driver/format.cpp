#include "driver/format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace nnc::driver {

std::string BytesText(int64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  static constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string CountText(double count) {
  static constexpr std::array kUnits = {"", "k", "M", "G", "T"};
  size_t unit = 0;
  for (; count >= 999.5 && unit + 1 < kUnits.size(); ++unit) count /= 1000;
  return unit == 0 ? fmt::format("{:.0f}", count) : fmt::format("{:.1f}{}", count, kUnits[unit]);
}

std::string SecondsText(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string FiguresText(const runtime::Figures& figures) {
  std::string text = fmt::format("loss {:.4f}", figures.loss);
  for (const auto& [name, value] : figures.metrics) text += fmt::format("  {} {:.4f}", name, value);
  return text;
}

}  // namespace nnc::driver
