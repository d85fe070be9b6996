#include "ir/text_cursor.h"

#include <algorithm>

namespace nnc::ir {

namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

// The character that an escape such as `\n` or `\x1B` at the front of `text` stands for; removes it.
std::optional<char> Escape(std::string_view& text) {
  if (text.size() < 2) return std::nullopt;
  char kind = text[1];
  if (kind != 'x') {
    text.remove_prefix(2);
    if (kind == 'n') return '\n';
    if (kind == 't') return '\t';
    return kind == '"' || kind == '\\' ? std::optional(kind) : std::nullopt;
  }
  unsigned char byte = 0;
  const char* digits = text.data() + 2;
  const char* end = digits + std::min<size_t>(2, text.size() - 2);
  if (end - digits != 2 || std::from_chars(digits, end, byte, 16).ptr != end) return std::nullopt;
  text.remove_prefix(4);
  return static_cast<char>(byte);
}

}  // namespace

bool IsPlainName(std::string_view name) { return !name.empty() && std::ranges::all_of(name, IsNameCharacter); }

size_t TextCursor::Next() const {
  size_t at = position_;
  while (true) {
    at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    if (at == text_.size() || text_[at] != '#') return at;
    at = std::min(text_.find('\n', at), text_.size());
  }
}

size_t TextCursor::Place() const {
  return text_.substr(position_, Next() - position_).find('\n') == std::string_view::npos ? Next() : position_;
}

std::string_view TextCursor::NextToken() const {
  size_t begin = Next(), end = begin;
  while (end < text_.size() && IsNameCharacter(text_[end])) ++end;
  return text_.substr(begin, std::max<size_t>(end - begin, 1));
}

void TextCursor::SkipLine(size_t place) { position_ = std::min(text_.find('\n', place), text_.size()); }

bool TextCursor::Accept(std::string_view token) {
  if (!NextIs(token)) return false;
  position_ = Next() + token.size();
  return true;
}

std::string_view TextCursor::Word() {
  size_t begin = Next(), end = begin;
  while (end < text_.size() && IsNameCharacter(text_[end])) ++end;
  if (end > begin) position_ = end;
  return text_.substr(begin, end - begin);
}

bool TextCursor::AcceptWord(std::string_view word) {
  size_t before = position_;
  if (Word() == word) return true;
  position_ = before;
  return false;
}

std::optional<std::string> TextCursor::Name() {
  if (NextIs("\"")) return Quoted();
  std::string_view word = Word();
  return word.empty() ? std::nullopt : std::optional<std::string>(word);
}

std::optional<std::string> TextCursor::Quoted() {
  if (!NextIs("\"")) return std::nullopt;
  std::string_view rest = text_.substr(Next() + 1);
  std::string value;
  while (!rest.empty() && rest[0] != '\n') {
    if (rest[0] == '"') {
      position_ = static_cast<size_t>(rest.data() + 1 - text_.data());
      return value;
    }
    if (rest[0] == '\\') {
      std::optional<char> escaped = Escape(rest);
      if (!escaped) return std::nullopt;
      value += *escaped;
    } else {
      value += rest[0];
      rest.remove_prefix(1);
    }
  }
  return std::nullopt;
}

std::optional<Dim> TextCursor::Dimension() {
  std::string_view rest = text_.substr(Next());
  std::optional<Dim> dim = ParseDim(rest);
  if (dim) position_ = text_.size() - rest.size();
  return dim;
}

}  // namespace nnc::ir
