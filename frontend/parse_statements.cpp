#include <fmt/format.h>

#include "frontend/parser_impl.h"

namespace nnc {

ast::Block Parser::ParseBlock(std::string_view expected) {
  ast::Block block;
  Braces(expected, [&] { ParseStmt(block); });
  return block;
}

void Parser::ParseStmt(ast::Block& block) {
  uint32_t begin = Begin();
  auto add = [&](auto node) { block.push_back({SpanFrom(begin), std::move(node)}); };
  switch (Peek().kind) {
    case TokenKind::kReturn:
      Take();
      return add(ast::Return{ParseExpr()});
    case TokenKind::kFor:
      return add(ParseFor());
    case TokenKind::kIf:
      return add(ParseIf());
    case TokenKind::kLet:
      Report(DiagnosticKind::kUnexpectedToken, SpanOf(Peek()), "`let` stands only at the top level of a file")
          .Help("inside a body a name is bound without it: `x = ...`");
      Take();
      return add(ParseAssign());
    case TokenKind::kName:
    case TokenKind::kLeftParen:
      return add(ParseAssign());
    default:
      Unexpected("a statement");
  }
}

ast::ExprPtr Parser::ParseCondition() {
  ast::ExprPtr condition = ParseExpr();
  if (At(TokenKind::kAssign)) Unexpected("`{`").Help("two values are compared with `==`");
  return condition;
}

ast::If Parser::ParseIf() {
  Nesting nesting(*this);
  ast::If branches;
  if (nesting.too_deep()) {
    TooDeep(SpanOf(Peek()));
    return branches;
  }
  Take();
  branches.condition = ParseCondition();
  branches.then = ParseBlock();
  if (!Accept(TokenKind::kElse)) return branches;
  if (At(TokenKind::kIf)) {
    uint32_t begin = Begin();
    ast::If next = ParseIf();
    branches.otherwise.push_back({SpanFrom(begin), std::move(next)});
  } else {
    branches.otherwise = ParseBlock("`{` or `if`");
  }
  return branches;
}

ast::For Parser::ParseFor() {
  Take();
  ast::For loop;
  loop.pattern = ParsePattern();
  Expect(TokenKind::kIn);
  loop.source = ParseExpr();
  loop.body = ParseBlock();
  return loop;
}

ast::Assign Parser::ParseAssign() {
  uint32_t begin = Begin();
  ast::Assign assign;
  assign.target = ParsePattern();
  if (!panic() && !At(TokenKind::kAssign)) ReportNotAnAssignment(begin);
  Accept(TokenKind::kAssign);
  assign.value = ParseExpr();
  return assign;
}

// A statement that began with a name, at byte `begin`, and does not go on with `=`.
void Parser::ReportNotAnAssignment(uint32_t begin) {
  using enum TokenKind;
  std::string target(TextFrom(begin));
  TokenKind found = Peek().kind;
  std::string_view next = Text(Peek());
  bool compound = InfoOf(found).token_class == TokenClass::kBinary && Peek(1).kind == kAssign;
  Diagnostic& diagnostic = Unexpected(fmt::format("`=` after `{}`", target));
  if (compound) {
    diagnostic.Help(fmt::format("write `{0} = {0} {1} ...`", target, next));
  } else if (found == kEqual) {
    diagnostic.Help("a name is bound with `=`; `==` compares");
  } else if (found == kColon) {
    diagnostic.Help(fmt::format("types are inferred here: write `{} = ...`", target));
  } else if (found == kLeftSquare) {
    diagnostic.Help("tensors are values: an element cannot be assigned to");
  } else if (found == kDot) {
    diagnostic.Help("only a name, or a tuple of names, can be bound");
  } else if (found == kLeftParen) {
    diagnostic.Help(fmt::format("a call alone does nothing: bind its value, `y = {}(...)`, or return it", target));
  } else if (found == kName) {
    std::string close = Closest(target, {"return", "for", "if", "let"});
    if (!close.empty()) diagnostic.Help(fmt::format("did you mean `{}`?", close));
  }
}

// As with expressions, parentheses around one pattern only group.
ast::Pattern Parser::ParsePattern() {
  uint32_t begin = Begin();
  if (!At(TokenKind::kLeftParen)) {
    ast::Name name = ExpectName("a name");
    return {name.span, std::move(name)};
  }
  const Token& open = Take();
  std::vector<ast::Pattern> parts = ParsePatterns();
  Close(open, "`,` or `)`");
  if (parts.size() == 1) return std::move(parts[0]);
  return {SpanFrom(begin), std::move(parts)};
}

std::vector<ast::Pattern> Parser::ParsePatterns() {
  std::vector<ast::Pattern> patterns;
  do {
    patterns.push_back(ParsePattern());
  } while (!panic() && Accept(TokenKind::kComma));
  return patterns;
}

}  // namespace nnc
