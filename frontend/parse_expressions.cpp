#include <fmt/format.h>

#include <array>

#include "frontend/parser_impl.h"

namespace nnc {
namespace {

// Binary operators by precedence. `not` stands between `and` and the comparisons; signs and `**` bind tighter than all.
enum Level { kOrLevel = 1, kAndLevel, kNotLevel, kComparison, kSum, kTerm };
struct Operator {
  TokenKind token;
  ast::BinaryOp op;
  Level level;
};
constexpr std::array kOperators = {
    Operator{TokenKind::kOr, ast::BinaryOp::kOr, kOrLevel},
    Operator{TokenKind::kAnd, ast::BinaryOp::kAnd, kAndLevel},
    Operator{TokenKind::kEqual, ast::BinaryOp::kEq, kComparison},
    Operator{TokenKind::kNotEqual, ast::BinaryOp::kNe, kComparison},
    Operator{TokenKind::kLess, ast::BinaryOp::kLt, kComparison},
    Operator{TokenKind::kLessEqual, ast::BinaryOp::kLe, kComparison},
    Operator{TokenKind::kGreater, ast::BinaryOp::kGt, kComparison},
    Operator{TokenKind::kGreaterEqual, ast::BinaryOp::kGe, kComparison},
    Operator{TokenKind::kPlus, ast::BinaryOp::kAdd, kSum},
    Operator{TokenKind::kMinus, ast::BinaryOp::kSub, kSum},
    Operator{TokenKind::kStar, ast::BinaryOp::kMul, kTerm},
    Operator{TokenKind::kSlash, ast::BinaryOp::kDiv, kTerm},
    Operator{TokenKind::kPercent, ast::BinaryOp::kMod, kTerm},
    Operator{TokenKind::kAt, ast::BinaryOp::kMatMul, kTerm},
};

const Operator* OperatorOf(TokenKind kind) {
  auto found = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& o) { return o.token == kind; });
  return found == kOperators.end() ? nullptr : found;
}

}  // namespace

ast::ExprPtr Parser::ParseWholeExpression() {
  ast::ExprPtr expr = ParseExpr();
  Accept(TokenKind::kNewline);
  if (!At(TokenKind::kEnd)) Unexpected("the end of the expression");
  return expr;
}

ast::ExprPtr Parser::ParseExpr() {
  uint32_t begin = Begin();
  ast::ExprPtr first = ParseBinary(kOrLevel);
  if (!Accept(TokenKind::kDotDot)) return first;
  ast::ExprPtr last = ParseBinary(kOrLevel);
  int height = Height({first.get(), last.get()});
  return Make(begin, ast::Range{std::move(first), std::move(last)}, height);
}

// Precedence climbing (Richards and Whitby-Strevens, "BCPL: the language and its compiler", 1979): operators of at
// least `level`, those of one level from left to right.
ast::ExprPtr Parser::ParseBinary(int level) {
  uint32_t begin = Begin();
  ast::ExprPtr lhs = level <= kNotLevel && At(TokenKind::kNot) ? ParseNot() : ParseSign();
  while (!panic()) {
    const Token& token = Peek();
    const Operator* op = OperatorOf(token.kind);
    if (!op || op->level < level) break;
    Take();
    uint32_t rhs_begin = Begin();
    ast::ExprPtr rhs = ParseBinary(op->level + 1);
    if (op->level == kComparison) CheckChain(begin, rhs_begin, token);
    int height = Height({lhs.get(), rhs.get()});
    lhs = Make(begin, ast::Binary{op->op, std::move(lhs), std::move(rhs), SpanOf(token)}, height);
  }
  return lhs;
}

// Reports the second comparison of `a < b < c`, which then is parsed as one of the first.
void Parser::CheckChain(uint32_t begin, uint32_t rhs_begin, const Token& op) {
  const Operator* next = OperatorOf(Peek().kind);
  if (!next || next->level != kComparison) return;
  std::string_view second = Text(Peek()), middle = TextFrom(rhs_begin), first = TextFrom(begin);
  Diagnostic& diagnostic = Report(DiagnosticKind::kChainedComparison, SpanOf(Peek()), "comparisons do not chain")
                               .AddNote(SpanOf(op), "the first comparison");
  bool one_line = first.find('\n') == std::string_view::npos;
  diagnostic.Help(one_line ? fmt::format("write `{} and {} {} ...`", first, middle, second)
                           : "join two comparisons by `and`");
}

ast::ExprPtr Parser::ParseNot() {
  Nesting nesting(*this);
  uint32_t begin = Begin();
  if (nesting.too_deep()) return ReportTooDeep();
  Take();
  ast::ExprPtr operand = ParseBinary(kNotLevel);
  int height = operand->height;
  return Make(begin, ast::Unary{ast::UnaryOp::kNot, std::move(operand)}, height);
}

ast::ExprPtr Parser::ParseSign() {
  Nesting nesting(*this);
  uint32_t begin = Begin();
  if (nesting.too_deep()) return ReportTooDeep();
  if (!At(TokenKind::kMinus) && !At(TokenKind::kPlus)) return ParsePower();
  ast::UnaryOp op = Take().kind == TokenKind::kMinus ? ast::UnaryOp::kNeg : ast::UnaryOp::kPlus;
  ast::ExprPtr operand = ParseSign();
  int height = operand->height;
  return Make(begin, ast::Unary{op, std::move(operand)}, height);
}

// `**` binds tighter than a sign to its left, and takes one to its right: -x**-2 is -(x**(-2)).
ast::ExprPtr Parser::ParsePower() {
  uint32_t begin = Begin();
  ast::ExprPtr base = ParsePostfix();
  if (panic() || !At(TokenKind::kStarStar)) return base;
  Span op_span = SpanOf(Take());
  ast::ExprPtr exponent = ParseSign();
  int height = Height({base.get(), exponent.get()});
  return Make(begin, ast::Binary{ast::BinaryOp::kPow, std::move(base), std::move(exponent), op_span}, height);
}

ast::ExprPtr Parser::ReportTooDeep() {
  uint32_t begin = Begin();
  TooDeep(SpanOf(Peek()));
  return Make(begin, ast::ErrorExpr{});
}

ast::ExprPtr Parser::ParsePostfix() {
  uint32_t begin = Begin();
  ast::ExprPtr expr = ParsePrimary();
  while (!panic()) {
    if (At(TokenKind::kDot)) {
      expr = ParseMember(std::move(expr), begin);
    } else if (At(TokenKind::kLeftParen)) {
      expr = ParseCall(std::move(expr), begin);
    } else if (At(TokenKind::kLeftSquare)) {
      expr = ParseIndex(std::move(expr), begin);
    } else {
      break;
    }
  }
  return expr;
}

// After a `.` the lexer gives any word as a name, and digits as an int.
ast::ExprPtr Parser::ParseMember(ast::ExprPtr object, uint32_t begin) {
  Take();
  ast::Name member;
  if (At(TokenKind::kName) || At(TokenKind::kInt)) {
    member.span = SpanOf(Peek());
    member.text = std::string(Text(Take()));
  } else {
    Diagnostic& diagnostic = Unexpected("a member's name after `.`");
    if (auto* literal = std::get_if<ast::IntLiteral>(&object->node)) {
      diagnostic.Help(fmt::format("a float has digits on both sides of the point: `{}.0`", literal->value));
    }
  }
  int height = object->height;
  return Make(begin, ast::Member{std::move(object), std::move(member)}, height);
}

ast::ExprPtr Parser::ParseCall(ast::ExprPtr callee, uint32_t begin) {
  const Token& open = Take();
  ast::Call call;
  int height = callee->height;
  call.callee = std::move(callee);
  bool named = false;
  while (!panic() && !At(TokenKind::kRightParen)) {
    call.arguments.push_back(ParseArgument(named));
    height = std::max<int>(height, call.arguments.back().value->height);
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(open, "`,` or `)`");
  return Make(begin, std::move(call), height);
}

// `named`: whether a named argument came before.
ast::Argument Parser::ParseArgument(bool& named) {
  uint32_t begin = Begin();
  bool has_name = At(TokenKind::kName) && Peek(1).kind == TokenKind::kColon;
  bool has_equals = At(TokenKind::kName) && Peek(1).kind == TokenKind::kAssign;
  if (has_equals) {
    Report(DiagnosticKind::kUnexpectedToken, SpanOf(Peek(1)), "a named argument is written with `:`")
        .Help(fmt::format("write `{}: ...`", Text(Peek())));
  }
  ast::Argument argument;
  if (has_name || has_equals) {
    argument.name = ExpectName("the argument's name");
    Take();
  }
  argument.value = ParseExpr();
  if (named && !argument.name) {
    Report(DiagnosticKind::kArgumentOrder, SpanFrom(begin), "a positional argument cannot come after a named one")
        .Help("name it, or move it to the front");
  }
  named = named || argument.name.has_value();
  return argument;
}

ast::ExprPtr Parser::ParseIndex(ast::ExprPtr object, uint32_t begin) {
  const Token& open = Take();
  ast::Index index;
  int height = object->height;
  index.object = std::move(object);
  if (At(TokenKind::kRightSquare)) Unexpected("an index");
  while (!panic() && !At(TokenKind::kRightSquare)) {
    index.items.push_back(ParseIndexItem());
    const ast::IndexItem& item = index.items.back();
    height = std::max(height, Height({item.first.get(), item.last.get()}));
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(open, "`,`, `:` or `]`");
  return Make(begin, std::move(index), height);
}

ast::IndexItem Parser::ParseIndexItem() {
  uint32_t begin = Begin();
  ast::IndexItem item{.kind = ast::IndexItem::kExpr, .first = nullptr, .last = nullptr, .span = {}};
  if (Accept(TokenKind::kEllipsis)) {
    item.kind = ast::IndexItem::kEllipsis;
  } else {
    if (!At(TokenKind::kColon)) item.first = ParseExpr();
    if (Accept(TokenKind::kColon)) {
      item.kind = ast::IndexItem::kSlice;
      bool ends = At(TokenKind::kComma) || At(TokenKind::kRightSquare);
      if (!ends) item.last = ParseExpr();
    }
  }
  item.span = SpanFrom(begin);
  return item;
}

}  // namespace nnc
