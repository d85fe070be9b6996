#include "frontend/token_cursor.h"

#include <fmt/format.h>

#include <algorithm>

namespace nnc {
namespace {

bool IsClose(const Token& token) { return InfoOf(token.kind).token_class == TokenClass::kClose; }

// Tokens that go on with a line, so that they cannot begin one.
bool GoesOnWithLine(const Token& token) {
  TokenClass token_class = InfoOf(token.kind).token_class;
  return token_class == TokenClass::kBinary || token_class == TokenClass::kJoint || token.kind == TokenKind::kDot;
}

}  // namespace

TokenCursor::TokenCursor(std::vector<Token> tokens, uint32_t file, const SourceManager& sources,
                         Diagnostics& diagnostics)
    : tokens_(std::move(tokens)), file_(file), sources_(sources), diagnostics_(diagnostics) {}

const Token& TokenCursor::Peek(size_t ahead) const { return tokens_[std::min(position_ + ahead, tokens_.size() - 1)]; }

bool TokenCursor::IsWord(size_t ahead, std::string_view word) const {
  return Peek(ahead).kind == TokenKind::kName && Text(Peek(ahead)) == word;
}

const Token& TokenCursor::Take() {
  const Token& token = Peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

bool TokenCursor::Accept(TokenKind kind) {
  if (!At(kind)) return false;
  Take();
  return true;
}

bool TokenCursor::AcceptWord(std::string_view word) {
  if (!AtWord(word)) return false;
  Take();
  return true;
}

bool TokenCursor::Expect(TokenKind kind, std::string_view what) {
  if (Accept(kind)) return true;
  Unexpected(what.empty() ? fmt::format("`{}`", InfoOf(kind).spelling) : std::string(what));
  return false;
}

ast::Name TokenCursor::ExpectName(std::string_view what) {
  Span span = SpanOf(Peek());
  if (At(TokenKind::kName)) return {std::string(Text(Take())), span};
  Diagnostic& diagnostic = Unexpected(what);
  if (IsReservedWord(Peek().kind)) diagnostic.Help("reserved words cannot be names");
  return {"", span};
}

// ---- Places ----

std::string_view TokenCursor::Text(const Token& token) const {
  return std::string_view(sources_.file(file_).text).substr(token.begin, token.end - token.begin);
}

Span TokenCursor::SpanOf(const Token& token) const { return sources_.At(file_, token.begin, token.end); }

Span TokenCursor::SpanFrom(uint32_t begin) const {
  uint32_t end = position_ == 0 ? Peek().end : tokens_[position_ - 1].end;
  return sources_.At(file_, begin, std::max(begin, end));
}

std::string_view TokenCursor::TextFrom(uint32_t begin) const {
  uint32_t end = position_ == 0 ? Peek().end : tokens_[position_ - 1].end;
  return std::string_view(sources_.file(file_).text).substr(begin, std::max(begin, end) - begin);
}

// ---- Errors ----

std::string TokenCursor::Found(const Token& token) const {
  if (token.kind == TokenKind::kEnd) return "the end of the file";
  if (token.kind == TokenKind::kNewline && Text(token) != ";") return "the end of the line";
  if (token.kind == TokenKind::kString) return "a string";
  std::string text = fmt::format("`{}`", Text(token));
  return IsReservedWord(token.kind) ? "the reserved word " + text : text;
}

Diagnostic& TokenCursor::Unexpected(std::string_view what) {
  // A line that ends too early is better blamed on the next line, where that begins with an operator.
  if (At(TokenKind::kNewline) && !panic_ && GoesOnWithLine(Peek(1))) {
    Take();
    ReportLeadingOperator();
    return silenced_;
  }
  const Token& token = Peek();
  bool silent = panic_ || stopped_ || token.repair;
  BeginPanic();
  if (silent) return silenced_ = {};
  if (diagnostics_.error_count() >= kMaxErrors) return Stop();
  return diagnostics_.Report(DiagnosticKind::kUnexpectedToken, SpanOf(token),
                             fmt::format("expected {}, found {}", what, Found(token)));
}

Diagnostic& TokenCursor::Report(DiagnosticKind kind, Span span, std::string message) {
  if (panic_ || stopped_) return silenced_ = {};
  if (diagnostics_.error_count() >= kMaxErrors) return Stop();
  return diagnostics_.Report(kind, span, std::move(message));
}

void TokenCursor::TooDeep(Span span) {
  Report(DiagnosticKind::kNestingTooDeep, span, fmt::format("this nests deeper than {}", kMaxNesting))
      .Help("give its parts names of their own");
  Stop();
}

Diagnostic& TokenCursor::Stop() {
  position_ = tokens_.size() - 1;
  stopped_ = true;
  BeginPanic();
  return silenced_ = {};
}

void TokenCursor::BeginPanic() {
  if (!panic_) panic_begin_ = Peek().begin;
  panic_ = true;
}

bool TokenCursor::ReportLeadingOperator() {
  const Token& token = Peek();
  if (!GoesOnWithLine(token)) return false;
  if (!token.repair) {
    Report(DiagnosticKind::kLeadingOperator, SpanOf(token), fmt::format("a line cannot begin with `{}`", Text(token)))
        .Help("move it up to the end of the line before, or put the whole expression in parentheses");
  }
  BeginPanic();
  return true;
}

// ---- Recovery ----

void TokenCursor::Close(const Token& open, std::string_view expected) {
  auto at_closer = [&] { return Peek().depth == open.depth && IsClose(Peek()); };
  if (!at_closer()) {
    Unexpected(expected);
    while (!at_closer() && !At(TokenKind::kEnd)) Take();
  }
  if (!at_closer()) return;
  // A bracket that was put there ends a statement of which nothing more can be read.
  if (panic_ && panic_begin_ > open.begin && !Peek().repair) panic_ = stopped_;
  Take();
}

bool TokenCursor::AtItemsEnd() const { return At(TokenKind::kEnd) || (IsClose(Peek()) && Peek().depth < item_depth_); }

void TokenCursor::EndItem() {
  auto at_newline = [&] { return At(TokenKind::kNewline) && Peek().depth <= item_depth_; };
  if (!panic_ && !at_newline() && !AtItemsEnd()) Unexpected("the end of the line or `;`");
  while (panic_ && !at_newline() && !AtItemsEnd()) Take();
  panic_ = stopped_;
  Accept(TokenKind::kNewline);
}

bool TokenCursor::FindBrace(std::string_view what) {
  bool on_next_line = At(TokenKind::kNewline) && Peek(1).kind == TokenKind::kLeftBrace;
  Diagnostic& diagnostic = Unexpected(what);
  if (on_next_line) {
    diagnostic.Help("move the `{` up to the end of this line");
    Take();
  }
  while (!At(TokenKind::kLeftBrace) || Peek().depth != item_depth_) {
    if (AtItemsEnd() || (At(TokenKind::kNewline) && Peek().depth <= item_depth_)) return false;
    Take();
  }
  panic_ = stopped_;
  return true;
}

}  // namespace nnc
