#include "driver/live_lines.h"

#include <fmt/format.h>

#include <algorithm>

namespace nnc::driver {
namespace {

constexpr std::string_view kBegin = "\033[?2026h", kEnd = "\033[?2026l", kClearLine = "\033[K", kClearBelow = "\033[J";

int RowsOf(int width, int columns) { return std::max(1, (width + columns - 1) / columns); }

}  // namespace

std::string LiveLines::Draw(const std::vector<StyledLine>& lines, int columns, bool color) {
  std::string text(kBegin);
  text += "\r";
  int rows = -1;  // above the cursor, which is in the last of them
  for (int width : widths_) rows += RowsOf(width, columns);
  if (rows > 0) text += fmt::format("\033[{}A", rows);
  if (columns != columns_) text += kClearBelow;
  widths_.clear();
  for (const StyledLine& line : lines) {
    if (!widths_.empty()) text += "\r\n";
    text += line.Text(color);
    text += kClearLine;
    widths_.push_back(line.width());
  }
  columns_ = columns;
  text += kClearBelow;
  return text += kEnd;
}

std::string LiveLines::Leave() {
  if (widths_.empty()) return "";
  widths_.clear();
  return "\n";
}

}  // namespace nnc::driver
