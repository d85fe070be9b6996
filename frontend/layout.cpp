#include "frontend/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nnc {
namespace {

bool IsOpen(TokenKind kind) { return InfoOf(kind).token_class == TokenClass::kOpen; }
bool IsClose(TokenKind kind) { return InfoOf(kind).token_class == TokenClass::kClose; }
bool GoesOn(TokenKind kind) {
  return InfoOf(kind).token_class == TokenClass::kBinary || InfoOf(kind).token_class == TokenClass::kJoint;
}

struct Bracket {
  Token token;
  bool model;  // a model's braces, in which a `fn` is at home
};

class LayoutPass {
 public:
  LayoutPass(std::vector<Token> tokens, uint32_t file, const SourceManager& sources, Diagnostics& diagnostics)
      : in_(std::move(tokens)), file_(file), sources_(sources), diagnostics_(diagnostics) {}

  std::vector<Token> Run() {
    for (next_ = 0; next_ < in_.size() && !stopped_; ++next_) Place(in_[next_]);
    return std::move(out_);
  }

 private:
  std::string_view Text(const Token& token) const {
    return std::string_view(sources_.file(file_).text).substr(token.begin, token.end - token.begin);
  }
  Span At(const Token& token) const { return sources_.At(file_, token.begin, token.end); }
  const Token& Ahead(size_t n) const { return in_[std::min(next_ + n, in_.size() - 1)]; }
  TokenKind Previous() const { return out_.empty() ? TokenKind::kNewline : out_.back().kind; }
  bool InRoundOrSquare() const { return !open_.empty() && open_.back().token.kind != TokenKind::kLeftBrace; }

  void Place(const Token& token) {
    if (diagnostics_.error_count() >= kMaxErrors) return Stop(token.begin);
    if (token.line_start) {
      EndLine(token.begin);
      CloseForgottenBrackets(token);
    }
    if (token.kind == TokenKind::kSemicolon && !InRoundOrSquare()) return EndLine(token.begin);
    if (token.kind == TokenKind::kEnd) return PlaceEnd(token);
    PlaceNewline(token);
    if (IsClose(token.kind)) return PlaceClose(token);
    Emit(token);
    if (IsOpen(token.kind)) PushBracket(token);
  }

  void Emit(Token token) {
    token.depth = static_cast<uint16_t>(open_.size());
    bool begins_statement = Previous() == TokenKind::kNewline || Previous() == TokenKind::kLeftBrace;
    if (begins_statement) statement_head_ = Text(token);
    out_.push_back(std::move(token));
  }

  // ---- Statement ends ----

  void EndLine(uint32_t at) {
    if (!pending_newline_) pending_newline_ = at;
  }

  // The line end before `token`, where it ends a statement.
  void PlaceNewline(const Token& token) {
    if (!pending_newline_) return;
    bool dropped = InRoundOrSquare() || GoesOn(Previous()) || Previous() == TokenKind::kLeftBrace ||
                   Previous() == TokenKind::kNewline || token.kind == TokenKind::kElse ||
                   token.kind == TokenKind::kRightBrace;
    if (!dropped) {
      // A line end is shown right behind the last token of the line, a `;` as itself.
      uint32_t at = Text({.begin = *pending_newline_, .end = *pending_newline_ + 1, .value = {}}) == ";"
                        ? *pending_newline_
                        : out_.back().end;
      Emit({.kind = TokenKind::kNewline, .begin = at, .end = at + 1, .value = {}});
    }
    pending_newline_.reset();
  }

  void PlaceEnd(const Token& token) {
    if (!open_.empty()) CloseForgotten(0, token, "the end of the file");
    EndLine(token.begin);
    PlaceNewline(token);
    Emit(token);
  }

  // ---- Brackets ----

  void PushBracket(const Token& token) {
    open_.push_back({token, statement_head_ == "model" || statement_head_ == "layer"});
    if (open_.size() <= kMaxNesting) return;
    diagnostics_.Report(DiagnosticKind::kNestingTooDeep, At(token),
                        fmt::format("brackets nest deeper than {} here", kMaxNesting));
    Stop(token.end);
  }

  void Stop(uint32_t at) {
    while (!open_.empty()) EmitCloser();
    Emit({.kind = TokenKind::kEnd, .repair = true, .begin = at, .end = at, .value = {}});
    stopped_ = true;
  }

  void PlaceClose(Token token) {
    auto opens = [&](const Bracket& bracket) { return CloserOf(bracket.token.kind) == token.kind; };
    if (open_.empty()) {
      diagnostics_.Report(DiagnosticKind::kUnexpectedToken, At(token), fmt::format("`{}` closes nothing", Text(token)));
      token.kind = TokenKind::kInvalid;
      token.repair = true;
      return Emit(token);
    }
    auto match = std::find_if(open_.rbegin(), open_.rend(), opens);
    if (match == open_.rend()) {
      TokenKind right = CloserOf(open_.back().token.kind);
      diagnostics_
          .Report(DiagnosticKind::kUnexpectedToken, At(token),
                  fmt::format("expected `{}`, found `{}`", InfoOf(right).spelling, Text(token)))
          .AddNote(At(open_.back().token), fmt::format("to close this `{}`", Text(open_.back().token)));
      token.kind = right;
    } else if (match != open_.rbegin()) {
      CloseForgotten(static_cast<size_t>(open_.rend() - match), token, fmt::format("`{}`", Text(token)));
    }
    open_.pop_back();
    Emit(token);
  }

  void EmitCloser() {
    TokenKind closer = CloserOf(open_.back().token.kind);
    open_.pop_back();
    uint32_t at = out_.back().end;
    Emit({.kind = closer, .repair = true, .begin = at, .end = at, .value = {}});
  }

  // Closes the open brackets from number `keep` on; `before` is what comes where they should have been closed.
  void CloseForgotten(size_t keep, const Token& token, std::string_view before) {
    const Bracket& inner = open_.back();
    Diagnostic& diagnostic = diagnostics_.Report(
        DiagnosticKind::kUnclosedBracket, At(token),
        fmt::format("expected `{}` before {}", InfoOf(CloserOf(inner.token.kind)).spelling, before));
    for (size_t i = open_.size(); i > keep; --i) {
      diagnostic.AddNote(At(open_[i - 1].token), fmt::format("this `{}` is never closed", Text(open_[i - 1].token)));
    }
    while (open_.size() > keep) EmitCloser();
  }

  // A line that can only begin a new statement or declaration shows that a bracket before it was forgotten: found here
  // and not at the end of the file, the rest of the file can still be read.
  void CloseForgottenBrackets(const Token& token) {
    if (InRoundOrSquare() && BeginsStatement(token)) {
      size_t keep = open_.size();
      while (keep > 0 && open_[keep - 1].token.kind != TokenKind::kLeftBrace) --keep;
      CloseForgotten(keep, token, "this new statement");
    }
    if (!open_.empty() && !InRoundOrSquare() && BeginsTopLevel(token)) {
      CloseForgotten(0, token, "this new declaration");
    }
  }

  bool BeginsStatement(const Token& token) const {
    using enum TokenKind;
    if (token.kind == kLet || token.kind == kReturn) return true;
    if (token.kind == kFn) return Ahead(1).kind == kName;
    if (token.kind != kName) return false;
    if (Ahead(1).kind == kAssign) {
      // Behind a comma it is rather an argument whose `:` was written `=`.
      return !GoesOn(Previous()) && !IsOpen(Previous());
    }
    static constexpr std::array<std::string_view, 4> kMembers = {"param", "buffer", "field", "metric"};
    return BeginsDeclaration(token) || (IsAmong(kMembers, token) && Ahead(1).kind == kName);
  }

  // A declaration at the first column that no braces may hold.
  bool BeginsTopLevel(const Token& token) const {
    using enum TokenKind;
    if (At(token).column != 1) return false;
    if (token.kind == kLet) return true;
    if (token.kind == kFn) return Ahead(1).kind == kName && !open_.back().model;
    return token.kind == kName && BeginsDeclaration(token);
  }

  bool BeginsDeclaration(const Token& token) const {
    static constexpr std::array<std::string_view, 7> kHeads = {"use",       "vjp",  "model", "layer",
                                                               "optimizer", "data", "train"};
    return IsAmong(kHeads, token) && (Ahead(1).kind == TokenKind::kName || Ahead(1).kind == TokenKind::kString);
  }

  template <size_t n>
  bool IsAmong(const std::array<std::string_view, n>& words, const Token& token) const {
    return std::find(words.begin(), words.end(), Text(token)) != words.end();
  }

  std::vector<Token> in_, out_;
  size_t next_ = 0;
  uint32_t file_;
  const SourceManager& sources_;
  Diagnostics& diagnostics_;
  std::vector<Bracket> open_;
  std::string_view statement_head_;          // the first word of the statement being read
  std::optional<uint32_t> pending_newline_;  // byte of a line end or `;` that may end the statement
  bool stopped_ = false;
};

}  // namespace

std::vector<Token> Layout(std::vector<Token> tokens, uint32_t file, const SourceManager& sources,
                          Diagnostics& diagnostics) {
  return LayoutPass(std::move(tokens), file, sources, diagnostics).Run();
}

}  // namespace nnc
