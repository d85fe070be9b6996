// Columns of comments behind code. A run of lines whose comments stood in one column keeps it, or moves to the right
// together.
#include <algorithm>

#include "frontend/format/lines.h"

namespace nnc::format {
namespace {

constexpr size_t kGap = 2;  // least number of blanks before a comment

// A comment in the place of code belongs to no run.
bool InRun(const Line& line) {
  return !line.comment.empty() && (!line.words.empty() || line.comment_column != line.indent);
}

size_t EndOfCode(const Line& line) {
  return line.words.empty() ? 0 : line.indent + Width(line, 0, line.words.size()) + kGap;
}

}  // namespace

void LayComments(std::vector<Line>& lines) {
  for (size_t first = 0; first < lines.size(); ++first) {
    if (!InRun(lines[first])) continue;
    size_t written = lines[first].comment_column, column = written, end = first;
    for (; end < lines.size() && InRun(lines[end]) && lines[end].comment_column == written; ++end) {
      column = std::max(column, EndOfCode(lines[end]));
    }
    for (size_t i = first; i < end; ++i) lines[i].comment_column = column;
    first = end - 1;
  }
}

}  // namespace nnc::format
