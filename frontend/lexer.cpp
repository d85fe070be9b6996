#include "frontend/lexer.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "frontend/encoding.h"

namespace nnc {
namespace {

// Not <cctype>: its answers depend on the locale.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWord(char c) { return IsWordStart(c) || IsDigit(c); }

// What people write in other languages, or what an editor puts there, and the token that is meant.
struct Lookalike {
  std::string_view text;
  std::optional<TokenKind> meant;  // nullopt: nothing
  std::string_view help;
};
constexpr std::array kLookalikes = {
    Lookalike{"&&", TokenKind::kAnd, "write `and`"},
    Lookalike{"||", TokenKind::kOr, "write `or`"},
    Lookalike{"!", TokenKind::kNot, "write `not`"},
    Lookalike{"^", TokenKind::kStarStar, "a power is written `**`"},
    Lookalike{"\u2212", TokenKind::kMinus, "this is the sign U+2212; write `-`"},
    Lookalike{"\u2013", TokenKind::kMinus, "this is a dash; write `-`"},
    Lookalike{"\u00D7", TokenKind::kStar, "write `*`"},
    Lookalike{"\u00B7", TokenKind::kStar, "write `*`"},
    Lookalike{"\u2264", TokenKind::kLessEqual, "write `<=`"},
    Lookalike{"\u2265", TokenKind::kGreaterEqual, "write `>=`"},
    Lookalike{"\u2260", TokenKind::kNotEqual, "write `!=`"},
    Lookalike{"\u2192", TokenKind::kArrow, "write `->`"},
    Lookalike{"\u2026", TokenKind::kEllipsis, "write three dots: `...`"},
    Lookalike{"\u00A0", std::nullopt, "this is a no-break space; write a plain space"},
    Lookalike{"\uFEFF", std::nullopt, "a byte-order mark stands only at the start of a file; remove it"},
    Lookalike{"\r", std::nullopt, "this is a carriage return without a line feed; remove it"},
};

class Lexer {
 public:
  Lexer(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics)
      : file_(file), sources_(sources), diagnostics_(diagnostics), text_(sources.file(file).text) {}

  std::vector<Token> Run() {
    if (Rest().starts_with("\uFEFF")) position_ = 3;
    while (SkipBlanks() && diagnostics_.error_count() < kMaxErrors) LexToken();
    Add(TokenKind::kEnd, position_);
    return std::move(tokens_);
  }

 private:
  std::string_view Rest() const { return text_.substr(position_); }
  char At(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool AfterDot() const { return !tokens_.empty() && tokens_.back().kind == TokenKind::kDot; }

  Token& Add(TokenKind kind, size_t begin) {
    tokens_.push_back({.kind = kind,
                       .line_start = line_start_,
                       .begin = static_cast<uint32_t>(begin),
                       .end = static_cast<uint32_t>(position_),
                       .value = {}});
    line_start_ = false;
    return tokens_.back();
  }

  Diagnostic& Report(DiagnosticKind kind, size_t begin, std::string message) {
    Span span = sources_.At(file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(position_));
    return diagnostics_.Report(kind, span, std::move(message));
  }

  // Moves on to the next token; false at the end of the file.
  bool SkipBlanks() {
    for (; position_ < text_.size(); ++position_) {
      char c = text_[position_];
      if (c == '\n') {
        line_start_ = true;
      } else if (c == '#') {
        SkipLine();
      } else if (c != ' ' && c != '\t' && !Rest().starts_with("\r\n")) {
        return true;
      }
    }
    return false;
  }

  // Leaves `position_` at the last byte of the line.
  void SkipLine() {
    while (position_ + 1 < text_.size() && text_[position_ + 1] != '\n') ++position_;
  }

  void LexToken() {
    char c = text_[position_];
    if (IsWordStart(c)) return LexWord();
    if (IsDigit(c)) return AfterDot() ? LexMemberNumber() : LexNumber();
    if (c == '"' || c == '\'') return LexString();
    if (Rest().starts_with("\u201C") || Rest().starts_with("\u201D")) return LexCurlyQuote();
    if (Rest().starts_with("//")) return LexForeignComment();
    if (!LexSymbol()) LexInvalid();
  }

  void LexWord() {
    size_t begin = position_;
    while (IsWord(At(position_))) ++position_;
    auto word = KindSpelled(text_.substr(begin, position_ - begin));
    Add(AfterDot() ? TokenKind::kName : word.value_or(TokenKind::kName), begin);
  }

  // Longest match, so that `...` comes before `..`.
  bool LexSymbol() {
    for (size_t length = 3; length > 0; --length) {
      auto kind = KindSpelled(Rest().substr(0, length));
      if (!kind) continue;
      size_t begin = position_;
      position_ = std::min(position_ + length, text_.size());
      Add(*kind, begin);
      return true;
    }
    return false;
  }

  void SkipDigits() {
    while (IsDigit(At(position_))) ++position_;
  }

  void LexMemberNumber() {
    size_t begin = position_;
    SkipDigits();
    AddInt(begin);
  }

  void LexNumber() {
    size_t begin = position_;
    SkipDigits();
    bool is_float = false;
    if (At(position_) == '.' && IsDigit(At(position_ + 1))) {
      is_float = true;
      ++position_;
      SkipDigits();
    }
    if (At(position_) == 'e' || At(position_) == 'E') {
      size_t digits = position_ + 1 + (At(position_ + 1) == '+' || At(position_ + 1) == '-');
      if (IsDigit(At(digits))) {
        is_float = true;
        position_ = digits;
        SkipDigits();
      }
    }
    is_float ? AddFloat(begin) : AddInt(begin);
  }

  // Letters that follow a number at once belong to no token: `2x`, `1_000`, `0x1F`.
  bool HasTrailingLetters(size_t begin) {
    if (!IsWordStart(At(position_))) return false;
    while (IsWord(At(position_))) ++position_;
    std::string_view text = text_.substr(begin, position_ - begin);
    Diagnostic& diagnostic =
        Report(DiagnosticKind::kBadLiteral, begin, fmt::format("`{}` is neither a number nor a name", text));
    if (text.find('_') != std::string_view::npos) {
      diagnostic.Help("numbers are written without `_`");
    } else if (text.starts_with("0x") || text.starts_with("0b")) {
      diagnostic.Help("numbers are written in decimal");
    } else {
      diagnostic.Help("names begin with a letter; a product is written with `*`");
    }
    return true;
  }

  void AddInt(size_t begin) {
    bool bad = HasTrailingLetters(begin);
    int64_t value = 0;
    std::string_view text = text_.substr(begin, position_ - begin);
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!bad && parsed.ec != std::errc()) {
      Report(DiagnosticKind::kBadLiteral, begin, fmt::format("`{}` is too large: ints have 64 bits", text));
    }
    Add(TokenKind::kInt, begin).value = value;
  }

  void AddFloat(size_t begin) {
    bool bad = HasTrailingLetters(begin);
    double value = 0;
    std::string_view text = text_.substr(begin, position_ - begin);
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!bad && parsed.ec != std::errc()) {
      Report(DiagnosticKind::kBadLiteral, begin, fmt::format("`{}` is outside the range of floats", text))
          .Help("write `inf` for infinity and `0.0` for zero");
    }
    Add(TokenKind::kFloat, begin).value = value;
  }

  void LexString() {
    size_t begin = position_;
    char quote = text_[position_++];
    std::string value;
    while (position_ < text_.size() && text_[position_] != quote && text_[position_] != '\n') {
      if (text_[position_] == '\\') {
        LexEscape(value);
      } else {
        value += text_[position_++];
      }
    }
    bool closed = At(position_) == quote;
    if (closed) ++position_;
    if (!closed) {
      Report(DiagnosticKind::kBadLiteral, begin, fmt::format("this string has no closing `{}`", quote))
          .Help("a string stands on one line; a line end in it is written `\\n`");
    } else if (quote == '\'') {
      Report(DiagnosticKind::kInvalidCharacter, begin, "strings are written between double quotes")
          .Help(fmt::format("write `\"{}\"`", text_.substr(begin + 1, position_ - begin - 2)));
    }
    Add(TokenKind::kString, begin).value = std::move(value);
  }

  void LexEscape(std::string& value) {
    size_t begin = position_++;
    char c = At(position_);
    if (c == '\n' || c == '\0') return;  // the string is not closed: LexString says so
    position_ += DecodeUtf8(Rest()).length;
    switch (c) {
      case 'n':
        value += '\n';
        return;
      case 't':
        value += '\t';
        return;
      case '"':
      case '\\':
        value += c;
        return;
      default:
        Report(DiagnosticKind::kBadLiteral, begin,
               fmt::format("`{}` is not an escape", text_.substr(begin, position_ - begin)))
            .Help("the escapes are `\\n`, `\\t`, `\\\"` and `\\\\`");
    }
  }

  // A string between typographic quotes, as a word processor makes them.
  void LexCurlyQuote() {
    constexpr size_t kQuoteBytes = 3;
    size_t begin = position_;
    position_ += kQuoteBytes;
    size_t content = position_;
    while (position_ < text_.size() && text_[position_] != '\n' && !Rest().starts_with("\u201D") &&
           !Rest().starts_with("\u201C")) {
      ++position_;
    }
    std::string value(text_.substr(content, position_ - content));
    if (position_ < text_.size() && text_[position_] != '\n') position_ += kQuoteBytes;
    Report(DiagnosticKind::kInvalidCharacter, begin, "these are typographic quotes")
        .Help("strings are written between plain double quotes, `\"`");
    Add(TokenKind::kString, begin).value = std::move(value);
  }

  void LexForeignComment() {
    size_t begin = position_;
    SkipLine();
    ++position_;
    Report(DiagnosticKind::kInvalidCharacter, begin, "`//` does not begin a comment").Help("comments begin with `#`");
  }

  void LexInvalid() {
    size_t begin = position_;
    for (const Lookalike& lookalike : kLookalikes) {
      if (!Rest().starts_with(lookalike.text)) continue;
      position_ += lookalike.text.size();
      // A carriage return would garble the message.
      std::string shown = lookalike.text == "\r" ? "\\r" : std::string(lookalike.text);
      Report(DiagnosticKind::kInvalidCharacter, begin, fmt::format("`{}` is not part of the language", shown))
          .Help(std::string(lookalike.help));
      if (lookalike.meant) Add(*lookalike.meant, begin);
      return;
    }
    CodePoint c = DecodeUtf8(Rest());
    position_ += c.length;
    bool printable = c.value >= 0x20 && c.value != 0x7F;
    Report(DiagnosticKind::kInvalidCharacter, begin,
           printable ? fmt::format("`{}` is not part of the language", text_.substr(begin, c.length))
                     : fmt::format("control character U+{:04X}", c.value));
    Add(TokenKind::kInvalid, begin).repair = true;
  }

  uint32_t file_;
  const SourceManager& sources_;
  Diagnostics& diagnostics_;
  std::string_view text_;
  size_t position_ = 0;
  bool line_start_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Lex(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics) {
  return Lexer(file, sources, diagnostics).Run();
}

}  // namespace nnc
