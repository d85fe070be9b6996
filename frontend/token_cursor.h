// A place in a file's tokens, with errors and recovery: what every part of the parser stands on.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/ast.h"
#include "frontend/token.h"
#include "ir/diagnostics.h"

namespace nnc {

// After an error the cursor is in panic: further errors are silent until `Close` or `Items` has found a place to go on.
// Loops over input must end when `panic()` is true.
class TokenCursor {
 public:
  // `tokens` as Layout gives them.
  TokenCursor(std::vector<Token> tokens, uint32_t file, const SourceManager& sources, Diagnostics& diagnostics);

 protected:
  const Token& Peek(size_t ahead = 0) const;
  bool At(TokenKind kind) const { return Peek().kind == kind; }
  // A contextual keyword.
  bool AtWord(std::string_view word) const { return IsWord(0, word); }
  bool IsWord(size_t ahead, std::string_view word) const;
  // A contextual keyword at the start of a statement, where `data = ...` is an assignment.
  bool AtHead(std::string_view word) const { return AtWord(word) && Peek(1).kind != TokenKind::kAssign; }

  const Token& Take();
  bool Accept(TokenKind kind);
  bool AcceptWord(std::string_view word);
  // Takes a token of this kind, or reports that it was expected; `what` says it in words where the spelling does not.
  bool Expect(TokenKind kind, std::string_view what = "");
  // A name; an empty one where there is none. `what`: "the model's name".
  ast::Name ExpectName(std::string_view what);

  // ---- Places ----
  std::string_view Text(const Token& token) const;
  Span SpanOf(const Token& token) const;
  // From byte `begin` to the end of the token taken last.
  Span SpanFrom(uint32_t begin) const;
  std::string_view TextFrom(uint32_t begin) const;
  uint32_t Begin() const { return Peek().begin; }

  // ---- Errors ----
  bool panic() const { return panic_; }
  // Reports "expected WHAT, found TOKEN" at the next token and begins a panic. During a panic, and at a token that
  // repairs an error already reported, nothing is shown; the diagnostic returned still takes notes and help.
  Diagnostic& Unexpected(std::string_view what);
  // Reports at a place and does not begin a panic; silent during one.
  Diagnostic& Report(DiagnosticKind kind, Span span, std::string message);
  // Reports that the tree nests too deep, and goes to the end of the file.
  void TooDeep(Span span);
  // "`x`", "the reserved word `in`", "the end of the line".
  std::string Found(const Token& token) const;

  // ---- Recovery ----
  // Takes the closing bracket that belongs to the bracket `open`; anything before it is an error and is passed over.
  // Ends a panic that began within the brackets. `expected` is what may stand there: "`,` or `)`".
  void Close(const Token& open, std::string_view expected);

  // `{ item NL item ... }` with one call of `parse_item` for each; after an error in one, goes on at the next. `what`
  // is what is expected where there is no `{`.
  template <class ParseItem>
  void Braces(std::string_view what, ParseItem parse_item) {
    if (!At(TokenKind::kLeftBrace) && !FindBrace(what)) return;
    panic_ = stopped_;  // whatever is wrong with the head, the body can be read
    const Token& open = Take();
    Items(open.depth + 1, parse_item);
    Close(open, "`}`");
  }
  // Items up to the closing bracket, or the end of the file. `depth`: open brackets around the items.
  template <class ParseItem>
  void Items(int depth, ParseItem parse_item) {
    int outer = std::exchange(item_depth_, depth);
    while (!AtItemsEnd()) {
      if (!ReportLeadingOperator()) parse_item();
      EndItem();
    }
    item_depth_ = outer;
  }

 private:
  void BeginPanic();
  // Goes to the end of the file; nothing more is reported.
  Diagnostic& Stop();
  bool AtItemsEnd() const;
  void EndItem();
  // Reports that `what` was expected, and finds the `{` further on in the same statement.
  bool FindBrace(std::string_view what);
  // Whether the next token cannot begin a line because it goes on with the line before; reports it then.
  bool ReportLeadingOperator();

  std::vector<Token> tokens_;
  size_t position_ = 0;
  uint32_t file_;
  const SourceManager& sources_;
  Diagnostics& diagnostics_;
  int item_depth_ = 0;  // of the items being read
  bool panic_ = false;
  uint32_t panic_begin_ = 0;  // byte of the token at which it began
  bool stopped_ = false;      // TooDeep: nothing more is reported
  Diagnostic silenced_;
};

}  // namespace nnc
