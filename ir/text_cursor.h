// The tokens of IR text.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ir/dim.h"

namespace nnc::ir {

// Whether a name needs no quotes in IR text: letters, digits, `_` and `.`, and at least one.
bool IsPlainName(std::string_view name);

// A place in a text and what can be read there. Each method first passes over blanks, newlines and comments (from `#`
// to the end of the line); where the text does not hold what is asked for, it returns false, nullopt or "" and stays.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  // The end of what was read last, and the beginning of what comes next.
  size_t position() const { return position_; }
  size_t Next() const;
  bool AtEnd() const { return Next() == text_.size(); }
  // Where something missing is missed: what comes next, or the end of the line if it ended.
  size_t Place() const;
  // The token that comes next, for messages; "" at the end of the text.
  std::string_view NextToken() const;
  // Moves to the end of the line that holds `place`.
  void SkipLine(size_t place);

  bool NextIs(std::string_view token) const { return text_.substr(Next()).starts_with(token); }
  bool Accept(std::string_view token);
  // The longest run of the characters of plain names; may be empty.
  std::string_view Word();
  // The word `word`, not just its beginning.
  bool AcceptWord(std::string_view word);
  // A plain or quoted name; the escapes are those of QuotedText.
  std::optional<std::string> Name();
  std::optional<std::string> Quoted();
  std::optional<Dim> Dimension();

  template <class Number>
  std::optional<Number> ReadNumber() {
    Number number{};
    size_t begin = Next();
    auto [end, error] = std::from_chars(text_.data() + begin, text_.data() + text_.size(), number);
    if (error != std::errc()) return std::nullopt;
    position_ = static_cast<size_t>(end - text_.data());
    return number;
  }

 private:
  std::string_view text_;
  size_t position_ = 0;
};

}  // namespace nnc::ir
