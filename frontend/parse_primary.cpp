#include <fmt/format.h>

#include "frontend/parser_impl.h"

namespace nnc {

ast::ExprPtr Parser::ParsePrimary() {
  switch (Peek().kind) {
    case TokenKind::kInt:
    case TokenKind::kFloat:
    case TokenKind::kString:
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      return ParseLiteral();
    case TokenKind::kName: {
      uint32_t begin = Begin();
      std::string name(Text(Take()));
      return Make(begin, ast::NameExpr{std::move(name)});
    }
    case TokenKind::kLeftParen:
      return ParseParenthesized();
    case TokenKind::kLeftSquare:
      return ParseList();
    case TokenKind::kIf:
      return ParseIfExpr();
    case TokenKind::kFn:
      return ParseFnLiteral();
    default:
      return ReportNoExpression();
  }
}

ast::ExprPtr Parser::ParseLiteral() {
  uint32_t begin = Begin();
  const Token& token = Take();
  switch (token.kind) {
    case TokenKind::kInt:
      return Make(begin, ast::IntLiteral{std::get<int64_t>(token.value)});
    case TokenKind::kFloat:
      return Make(begin, ast::FloatLiteral{std::get<double>(token.value)});
    case TokenKind::kString:
      return Make(begin, ast::StringLiteral{std::get<std::string>(token.value)});
    default:
      return Make(begin, ast::BoolLiteral{token.kind == TokenKind::kTrue});
  }
}

ast::ExprPtr Parser::ReportNoExpression() {
  uint32_t begin = Begin();
  TokenKind kind = Peek().kind;
  bool before_digits = Peek(1).kind == TokenKind::kInt;
  Diagnostic& diagnostic = Unexpected("an expression");
  if (kind == TokenKind::kDot && before_digits) diagnostic.Help("a float has digits on both sides of the point: `0.5`");
  if (kind == TokenKind::kNot) diagnostic.Help("`not` binds looser than this: put it in parentheses");
  if (kind == TokenKind::kLeftBrace) diagnostic.Help("lists are written `[a, b]`, tuples `(a, b)`");
  if (kind == TokenKind::kFor) diagnostic.Help("a list made by a loop is written `[f(i) for i in 0..n]`");
  return Make(begin, ast::ErrorExpr{});
}

ast::ExprPtr Parser::ParseParenthesized() {
  uint32_t begin = Begin();
  const Token& open = Take();
  std::vector<ast::ExprPtr> elements;
  elements.push_back(ParseExpr());
  bool tuple = !panic() && At(TokenKind::kComma);
  while (!panic() && Accept(TokenKind::kComma) && !At(TokenKind::kRightParen)) elements.push_back(ParseExpr());
  if (At(TokenKind::kAssign)) Unexpected("`,` or `)`").Help("two values are compared with `==`");
  Close(open, "`,` or `)`");
  if (!tuple) {
    elements[0]->parenthesized = true;
    elements[0]->span = SpanFrom(begin);
    return std::move(elements[0]);
  }
  int height = Height(elements);
  return Make(begin, ast::TupleExpr{std::move(elements)}, height);
}

// A list, or a comprehension.
ast::ExprPtr Parser::ParseList() {
  uint32_t begin = Begin();
  const Token& open = Take();
  std::vector<ast::ExprPtr> elements;
  while (!panic() && !At(TokenKind::kRightSquare)) {
    elements.push_back(ParseExpr());
    if (elements.size() == 1 && At(TokenKind::kFor)) {
      Take();
      ast::Comprehension comprehension{std::move(elements[0]), ParsePattern(), nullptr};
      Expect(TokenKind::kIn);
      comprehension.source = ParseExpr();
      Close(open, "`]`");
      int height = Height({comprehension.element.get(), comprehension.source.get()});
      return Make(begin, std::move(comprehension), height);
    }
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(open, "`,` or `]`");
  int height = Height(elements);
  return Make(begin, ast::ListExpr{std::move(elements)}, height);
}

ast::ExprPtr Parser::ParseIfExpr() {
  Nesting nesting(*this);
  uint32_t begin = Begin();
  if (nesting.too_deep()) return ReportTooDeep();
  Take();
  ast::IfExpr branches;
  branches.condition = ParseCondition();
  branches.then = ParseBranch("`{`");
  if (Accept(TokenKind::kElse)) {
    branches.otherwise = At(TokenKind::kIf) ? ParseIfExpr() : ParseBranch("`{` or `if`");
  } else {
    Unexpected("`else`").Help("an `if` that gives a value says which value it gives otherwise");
    branches.otherwise = Make(begin, ast::ErrorExpr{});
  }
  int height = Height({branches.condition.get(), branches.then.get(), branches.otherwise.get()});
  return Make(begin, std::move(branches), height);
}

ast::ExprPtr Parser::ParseBranch(std::string_view expected) {
  uint32_t begin = Begin();
  if (!At(TokenKind::kLeftBrace)) {
    Unexpected(expected);
    return Make(begin, ast::ErrorExpr{});
  }
  const Token& open = Take();
  ast::ExprPtr value = ParseExpr();
  if (At(TokenKind::kAssign) || At(TokenKind::kNewline)) {
    Unexpected("`}`").Help("a branch of an `if` that gives a value holds one expression and nothing else");
  }
  Close(open, "`}`");
  return value;
}

ast::ExprPtr Parser::ParseFnLiteral() {
  uint32_t begin = Begin();
  Take();
  ast::FnLiteral literal;
  if (At(TokenKind::kLeftParen)) {
    const Token& open = Take();
    if (!At(TokenKind::kRightParen)) literal.params = ParsePatterns();
    Close(open, "`,` or `)`");
  } else {
    Unexpected("`(` with the parameters of a function literal");
  }
  int outer = std::exchange(tallest_, 0);
  literal.body = ParseBlock();
  int height = tallest_;
  tallest_ = std::max(outer, tallest_);
  return Make(begin, std::move(literal), height);
}

}  // namespace nnc
