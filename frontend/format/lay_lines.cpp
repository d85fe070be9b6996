// Indentation, and line breaks where code is too long.
#include <compare>
#include <optional>
#include <utility>

#include "frontend/format/lines.h"

namespace nnc::format {
namespace {

using enum TokenKind;

// Where a line may break, the best first: within few brackets, behind a comma rather than an operator, behind an
// operator that binds loosely, rather than behind the opening bracket, and late.
int BreakRank(TokenKind kind) {
  switch (kind) {
    case kComma:
      return 0;
    case kOr:
      return 1;
    case kAnd:
      return 2;
    case kPlus:
    case kMinus:
      return 4;
    case kStar:
    case kSlash:
    case kPercent:
    case kAt:
    case kStarStar:
      return 5;
    case kLeftParen:
    case kLeftSquare:
      return 6;
    default:
      return 3;  // comparisons
  }
}

class LinePass {
 public:
  explicit LinePass(std::vector<Line>& lines) : lines_(lines) {}

  void Run() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      lines_[i].indent = Indent(lines_[i]);
      if (lines_[i].words.empty()) {
        lines_[i].comment_column = OwnLineColumn(i);
        continue;
      }
      if (!lines_[i].continues) SetStatementIndent(lines_[i]);
      if (lines_[i].indent + Width(lines_[i], 0, lines_[i].words.size()) > kMaxWidth) Break(i);
      for (size_t w = 0; w < lines_[i].words.size(); ++w) Pass(lines_[i], w);
    }
  }

 private:
  struct Bracket {
    TokenKind kind;
    size_t column;     // of the bracket
    size_t inner;      // indentation of lines within it
    size_t outer;      // indentation of a line that begins with the closing one
    size_t statement;  // indentation of the statement last begun in these braces
    size_t over = 0;   // column of the first `over` of that statement
  };

  // ---- Indentation ----

  size_t Indent(const Line& line) const {
    bool closes = !line.words.empty() && IsClose(line.words.front().kind);
    const Bracket& inner = open_.back();
    if (closes) return inner.outer;
    if (inner.kind != kLeftBrace) return inner.inner;
    if (!line.continues) return inner.inner;
    // `minimize loss over A using o1,` goes on with `over` under `over`.
    if (inner.over > 0 && !line.words.empty() && line.words.front().text == "over") return inner.over;
    return inner.statement + kIndent;
  }

  void SetStatementIndent(const Line& line) {
    open_.back().statement = line.indent;
    open_.back().over = 0;
  }

  // A comment on its own line goes on with the comment behind the line above where it stood under it.
  size_t OwnLineColumn(size_t i) const {
    bool under = i > 0 && !lines_[i].blank_before && lines_[i].comment_column > 0 &&
                 lines_[i].comment_column == lines_[i - 1].comment_column && !UnderCode(i - 1);
    if (under) return lines_[i].comment_column;
    return lines_[i].indent;
  }

  // Whether line `i` is a comment that stands where code would.
  bool UnderCode(size_t i) const { return lines_[i].words.empty() && lines_[i].comment_column == lines_[i].indent; }

  // Columns and brackets behind word `w` of a line.
  void Pass(const Line& line, size_t w) {
    const Word& word = line.words[w];
    if (IsClose(word.kind)) open_.pop_back();
    if (word.text == "over" && open_.back().kind == kLeftBrace && open_.back().over == 0) {
      open_.back().over = ColumnOf(line, w);
    }
    if (!IsOpen(word.kind)) return;
    size_t column = ColumnOf(line, w);
    bool last = w + 1 == line.words.size();
    if (word.kind == kLeftBrace) {
      size_t base = open_.back().kind == kLeftBrace ? open_.back().statement : line.indent;
      open_.push_back({word.kind, column, base + kIndent, base, base + kIndent});
    } else if (last) {
      open_.push_back({word.kind, column, line.indent + kIndent, line.indent, 0});
    } else {
      open_.push_back({word.kind, column, column + 1, column, 0});
    }
  }

  static size_t ColumnOf(const Line& line, size_t w) {
    return line.indent + Width(line, 0, w) + (w > 0 ? line.words[w].space : 0);
  }

  // ---- Line breaks ----

  struct BreakPoint {
    size_t depth;
    int rank;
    size_t from_end;
    auto operator<=>(const BreakPoint&) const = default;
  };

  // Splits line `i` at the best place that leaves its first part short enough; leaves it as it is if there is none. The
  // rest is the next line, and may be split again; a comment stays with the first part.
  void Break(size_t i) {
    Line& line = lines_[i];
    std::optional<size_t> at = BodyBreak(line);
    if (!at) at = BestBreak(line);
    if (!at) return;
    at = BehindBracket(line, *at);
    Line rest;
    rest.words.assign(line.words.begin() + static_cast<ptrdiff_t>(*at), line.words.end());
    rest.words.front().space = 0;
    rest.continues = true;
    line.comment_column = 0;  // close behind what is left of the line
    line.words.resize(*at);
    lines_.insert(lines_.begin() + static_cast<ptrdiff_t>(i) + 1, std::move(rest));
  }

  // Behind the `=` of a function's body.
  static std::optional<size_t> BodyBreak(const Line& line) {
    bool function = line.words.front().kind == kFn || line.words.front().text == "forward";
    int depth = 0;
    for (size_t w = 0; w + 1 < line.words.size() && function; ++w) {
      if (IsOpen(line.words[w].kind)) ++depth;
      if (IsClose(line.words[w].kind)) --depth;
      if (line.words[w].kind != kAssign || depth > 0) continue;
      if (line.indent + Width(line, 0, w + 1) <= kMaxWidth) return w + 1;
    }
    return std::nullopt;
  }

  std::optional<size_t> BestBreak(const Line& line) const {
    std::optional<std::pair<BreakPoint, size_t>> best;
    size_t depth = open_.size();
    for (size_t w = 0; w + 1 < line.words.size(); ++w) {
      const Word& word = line.words[w];
      if (IsOpen(word.kind)) ++depth;
      if (IsClose(word.kind)) --depth;
      bool opens = (word.kind == kLeftParen || word.kind == kLeftSquare) && !IsClose(line.words[w + 1].kind);
      bool breaks = word.kind == kComma || (word.binary && word.space > 0) || opens;
      if (!breaks || line.indent + Width(line, 0, w + 1) > kMaxWidth) continue;
      std::pair point(BreakPoint{depth, BreakRank(word.kind), line.words.size() - w}, w + 1);
      if (!best || point < *best) best = point;
    }
    return best ? std::optional(best->second) : std::nullopt;
  }

  // Where little room is left to the right of the bracket that the break is in, the line rather breaks right behind it.
  static size_t BehindBracket(const Line& line, size_t at) {
    std::vector<size_t> open;
    for (size_t w = 0; w < at; ++w) {
      if (IsOpen(line.words[w].kind)) open.push_back(w);
      if (IsClose(line.words[w].kind) && !open.empty()) open.pop_back();
    }
    bool bracket = !open.empty() && line.words[open.back()].kind != kLeftBrace;
    return bracket && ColumnOf(line, open.back()) > kMaxWidth / 2 ? open.back() + 1 : at;
  }

  std::vector<Line>& lines_;
  std::vector<Bracket> open_ = {{kLeftBrace, 0, 0, 0, 0}};  // the file itself, as if in braces
};

}  // namespace

void LayLines(std::vector<Line>& lines) { LinePass(lines).Run(); }

}  // namespace nnc::format
