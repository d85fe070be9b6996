// Tokens and the comments between them, line by line.
#include <algorithm>

#include "frontend/format/lines.h"
#include "frontend/lexer.h"

namespace nnc::format {
namespace {

class LineSplitter {
 public:
  explicit LineSplitter(std::string_view text) : text_(text) {}

  std::vector<Line> Run(const std::vector<Token>& tokens) {
    uint32_t end = text_.starts_with("\uFEFF") ? 3 : 0;
    line_begin_ = end;
    for (const Token& token : tokens) {
      size_t known = lines_.size();
      ReadGap(end, token.begin);
      end = token.end;
      if (token.kind == TokenKind::kEnd) break;
      JoinElse(token, known);
      AddWord(token);
    }
    EndLine();
    return std::move(lines_);
  }

 private:
  // What stands between two tokens: blanks, line ends and comments.
  void ReadGap(uint32_t begin, uint32_t end) {
    for (uint32_t at = begin; at < end; ++at) {
      if (text_[at] == '\n') {
        EndLine();
        line_begin_ = at + 1;
      } else if (text_[at] == '#') {
        size_t stop = std::min<size_t>(text_.find('\n', at), end);
        std::string_view comment = text_.substr(at, stop - at);
        line_.comment = comment.substr(0, comment.find_last_not_of(" \t\r") + 1);
        line_.comment_column = Width(text_.substr(line_begin_, at - line_begin_));
        at = static_cast<uint32_t>(stop) - 1;
      }
    }
    tight_ = begin == end;
  }

  void EndLine() {
    DropSemicolon();
    if (line_.words.empty() && line_.comment.empty()) {
      blank_ = !lines_.empty();
      return;
    }
    bool after_open =
        !lines_.empty() && !lines_.back().words.empty() && lines_.back().words.back().kind == TokenKind::kLeftBrace;
    bool before_close = !line_.words.empty() && line_.words.front().kind == TokenKind::kRightBrace;
    line_.blank_before = blank_ && !after_open && !before_close;
    blank_ = false;
    lines_.push_back(std::move(line_));
    line_ = {};
  }

  // `else` on a line of its own goes back to its `}`, unless a comment stands between them.
  void JoinElse(const Token& token, size_t known) {
    bool first = line_.words.empty() && line_.comment.empty();
    if (token.kind != TokenKind::kElse || !first || lines_.size() != known + 1) return;
    const Line& last = lines_.back();
    if (!last.comment.empty() || last.words.empty() || last.words.back().kind != TokenKind::kRightBrace) return;
    line_ = std::move(lines_.back());
    lines_.pop_back();
    blank_ = line_.blank_before;
  }

  // In a `vjp` head it separates all the same.
  bool InRoundOrSquare() const { return !open_.empty() && open_.back() != TokenKind::kLeftBrace; }

  // A `;` with no statement behind it.
  void DropSemicolon() {
    if (InRoundOrSquare() || line_.words.empty()) return;
    if (line_.words.back().kind == TokenKind::kSemicolon) line_.words.pop_back();
  }

  void AddWord(const Token& token) {
    bool behind =
        !line_.words.empty() && line_.words.back().kind != TokenKind::kLeftBrace && !GoesOn(line_.words.back().kind);
    bool separator = token.kind == TokenKind::kSemicolon && !InRoundOrSquare();
    if (separator || token.kind == TokenKind::kRightBrace) DropSemicolon();
    if (separator && !behind) return;
    if (IsClose(token.kind)) open_.pop_back();
    if (IsOpen(token.kind)) open_.push_back(token.kind);
    line_.words.push_back({.kind = token.kind,
                           .text = text_.substr(token.begin, token.end - token.begin),
                           .column = Width(text_.substr(line_begin_, token.begin - line_begin_)),
                           .tight = tight_});
  }

  std::string_view text_;
  std::vector<Line> lines_;
  Line line_;
  std::vector<TokenKind> open_;
  uint32_t line_begin_ = 0;
  bool blank_ = false;
  bool tight_ = false;
};

// Sets Line::continues: inside `(` or `[`, or behind an operator.
void MarkContinuations(std::vector<Line>& lines) {
  std::vector<TokenKind> open;
  TokenKind previous = TokenKind::kEnd;
  for (Line& line : lines) {
    line.continues = (!open.empty() && open.back() != TokenKind::kLeftBrace) || GoesOn(previous);
    for (const Word& word : line.words) {
      if (IsOpen(word.kind)) open.push_back(word.kind);
      if (IsClose(word.kind)) open.pop_back();
      previous = word.kind;
    }
  }
}

}  // namespace

std::vector<Line> SplitLines(uint32_t file, const SourceManager& sources) {
  Diagnostics none;
  std::vector<Line> lines = LineSplitter(sources.file(file).text).Run(Lex(file, sources, none));
  MarkContinuations(lines);
  return lines;
}

}  // namespace nnc::format
