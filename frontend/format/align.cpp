// The `=` of neighbouring statements in one column:
//
//   arm   = i / 1000                          field x: f32[2]       = ...
//   t     = float(i % 1000) / 999.0           field label: class(3) = ...
//
// Statements are neighbours if nothing stands between them, neither a blank line nor a comment, and they begin with the
// same word. They are aligned if they were, and also if both had more than one blank before their `=`: then the author
// meant to, and a name has changed since. So are those that are padded once their own neighbours are aligned.
#include <algorithm>
#include <optional>

#include "frontend/format/lines.h"

namespace nnc::format {
namespace {

struct Assignment {
  Line* line;
  size_t at;              // the word `=`
  std::string_view head;  // `field`, `param`, `let`; empty: a name or pattern
  size_t column;          // of `=` as it was written, from the start of its line
  bool padded;            // by more than one blank
};

std::optional<Assignment> FindAssignment(Line& line) {
  const std::vector<Word>& words = line.words;
  int depth = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    if (IsOpen(words[i].kind)) ++depth;
    if (IsClose(words[i].kind)) --depth;
    if (words[i].kind != TokenKind::kAssign || depth != 0 || i == 0) continue;
    bool keyword = i > 1 && words[1].kind == TokenKind::kName && words[0].kind != TokenKind::kLeftParen;
    std::string_view head = keyword ? words[0].text : "";
    size_t end = words[i - 1].column + Width(words[i - 1].text);
    return Assignment{&line, i, head == "buffer" ? "param" : head, words[i].column - words[0].column,
                      words[i].column > end + 1};
  }
  return std::nullopt;
}

class Aligner {
 public:
  void Run(std::vector<Line>& lines) {
    for (Line& line : lines) {
      if (line.blank_before || line.words.empty()) Flush(blocks_.back());
      if (!line.words.empty() && !line.continues) Visit(line);
      for (const Word& word : line.words) {
        if (word.kind == TokenKind::kLeftBrace) blocks_.emplace_back();
        if (word.kind == TokenKind::kRightBrace) Flush(blocks_.back()), blocks_.pop_back();
      }
    }
    Flush(blocks_.back());
  }

 private:
  using Group = std::vector<Assignment>;
  using Groups = std::vector<Group>;  // one below the other

  void Visit(Line& line) {
    Groups& groups = blocks_.back();
    std::optional<Assignment> found = FindAssignment(line);
    if (!found || (!groups.empty() && groups.back().back().head != found->head)) Flush(groups);
    if (!found) return;
    if (groups.empty() || !Joins(groups.back().back(), *found)) groups.emplace_back();
    groups.back().push_back(*found);
  }

  static bool Joins(const Assignment& above, const Assignment& below) {
    return above.column == below.column || (above.padded && below.padded);
  }

  static size_t WidthOf(const Assignment& each) { return Width(*each.line, 0, each.at); }

  static size_t Widest(const Group& group) {
    size_t widest = 0;
    for (const Assignment& each : group) widest = std::max(widest, WidthOf(each));
    return widest;
  }

  // To align a group pads its lines, and padded neighbours are aligned: groups that meet in such lines are one.
  static void Merge(Groups& groups) {
    for (size_t i = 1; i < groups.size();) {
      Group &above = groups[i - 1], &below = groups[i];
      if (WidthOf(above.back()) == Widest(above) || WidthOf(below.front()) == Widest(below)) {
        ++i;
        continue;
      }
      above.insert(above.end(), below.begin(), below.end());
      groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(i));
      i = std::max<size_t>(i - 1, 1);
    }
  }

  static void Flush(Groups& groups) {
    Merge(groups);
    for (const Group& group : groups) {
      size_t widest = Widest(group);
      for (const Assignment& each : group) each.line->words[each.at].space = widest - WidthOf(each) + 1;
    }
    groups.clear();
  }

  std::vector<Groups> blocks_ = {{}};  // the run of assignments in each open block
};

}  // namespace

void AlignAssignments(std::vector<Line>& lines) { Aligner().Run(lines); }

}  // namespace nnc::format
