// Text as the formatter sees it: lines of words. The steps of Format fill in what is to be printed.
#pragma once

#include <string_view>
#include <vector>

#include "frontend/token.h"
#include "ir/source.h"

namespace nnc::format {

inline constexpr size_t kIndent = 2;
inline constexpr size_t kMaxWidth = 120;

// A token of a line.
struct Word {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;
  size_t column = 0;    // in its line as it was written, in characters from 0
  bool tight = false;   // no blank stood before it
  bool binary = false;  // an operator between two operands (SpaceWords)
  size_t space = 0;     // blanks before it (SpaceWords, AlignAssignments)
};

struct Line {
  std::vector<Word> words;    // none: the line holds a comment alone
  std::string_view comment;   // with its `#`; empty: none
  size_t comment_column = 0;  // as it was written; LayLines: as it is to be printed
  bool blank_before = false;
  bool continues = false;  // goes on with the statement of the lines above
  size_t indent = 0;       // LayLines
};

// Characters of UTF-8 text.
size_t Width(std::string_view text);
// Characters of the words from `first` up to `last`, with the blanks between them.
size_t Width(const Line& line, size_t first, size_t last);

bool IsOpen(TokenKind kind);
bool IsClose(TokenKind kind);
// Whether a statement goes on behind this token, whatever the line does.
bool GoesOn(TokenKind kind);

// split_lines.cpp. The lines of a file without errors; a `;` that separates nothing is left out.
std::vector<Line> SplitLines(uint32_t file, const SourceManager& sources);
// space_words.cpp. Sets Word::space and Word::binary.
void SpaceWords(std::vector<Line>& lines);
// align.cpp. Widens Word::space before the `=` of neighbouring statements that stood in one column.
void AlignAssignments(std::vector<Line>& lines);
// lay_lines.cpp. Sets Line::indent, and breaks lines that are too long.
void LayLines(std::vector<Line>& lines);
// lay_comments.cpp. Sets the columns of comments behind code.
void LayComments(std::vector<Line>& lines);

}  // namespace nnc::format
