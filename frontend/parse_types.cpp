#include <fmt/format.h>

#include <array>

#include "frontend/parser_impl.h"

namespace nnc {
namespace {

struct NamedStatic {
  std::string_view name;
  ast::StaticType type;
};
constexpr std::array kStaticTypes = {
    NamedStatic{"int", ast::StaticType::kInt},     NamedStatic{"float", ast::StaticType::kFloat},
    NamedStatic{"bool", ast::StaticType::kBool},   NamedStatic{"str", ast::StaticType::kStr},
    NamedStatic{"model", ast::StaticType::kModel}, NamedStatic{"fn", ast::StaticType::kFn},
};

// Names of types elsewhere, and ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kForeignTypes = {{
    {"float32", "f32"},
    {"float64", "f64"},
    {"double", "f64"},
    {"bfloat16", "bf16"},
    {"int32", "i32"},
    {"int64", "i64"},
    {"long", "i64"},
    {"uint8", "u8"},
    {"string", "str"},
    {"boolean", "bool"},
    {"Tensor", "f32[...]"},
    {"tensor", "f32[...]"},
}};

std::string TypeHelp(std::string_view name) {
  for (auto [foreign, ours] : kForeignTypes) {
    if (name == foreign) return fmt::format("the type is written `{}`", ours);
  }
  std::string close = Closest(
      name, {"f32", "f64", "bf16", "i32", "i64", "u8", "bool", "real", "class", "int", "float", "str", "model"});
  return close.empty() ? "" : fmt::format("did you mean `{}`?", close);
}

}  // namespace

ast::TypePtr Parser::ParseType() {
  switch (Peek().kind) {
    case TokenKind::kLeftSquare:
      return ParseListType();
    case TokenKind::kLeftParen:
      return ParseTupleType();
    default:
      return IsWord(0, "class") ? ParseClassType() : ParseNamedType();
  }
}

ast::TypePtr Parser::ParseNamedType() {
  uint32_t begin = Begin();
  std::string_view name = Text(Peek());
  auto type = std::make_unique<ast::TypeExpr>();
  type->span = SpanOf(Peek());
  bool shaped = Peek(1).kind == TokenKind::kLeftSquare;
  if (auto element = ir::ElementNamed(name); name == "real" || (element && (name != "bool" || shaped))) {
    Take();
    ast::TensorTypeExpr tensor{.element = element, .shaped = shaped, .dims = {}};
    if (shaped) tensor.dims = ParseShape();
    type->node = std::move(tensor);
    type->span = SpanFrom(begin);
    return type;
  }
  for (const NamedStatic& named : kStaticTypes) {
    if (name != named.name) continue;
    Take();
    type->node = named.type;
    return type;
  }
  Unexpected("a type").Help(TypeHelp(name));
  return type;
}

ast::TypePtr Parser::ParseClassType() {
  uint32_t begin = Begin();
  Take();
  auto type = std::make_unique<ast::TypeExpr>();
  ast::ClassTypeExpr classes;
  if (At(TokenKind::kLeftParen)) {
    const Token& open = Take();
    classes.classes = ParseExpr();
    Close(open, "`)`");
  } else {
    Unexpected("the number of classes, as in `class(10)`");
    classes.classes = Make(begin, ast::ErrorExpr{});
  }
  if (At(TokenKind::kLeftSquare)) classes.dims = ParseShape();
  type->span = SpanFrom(begin);
  type->node = std::move(classes);
  return type;
}

ast::TypePtr Parser::ParseListType() {
  uint32_t begin = Begin();
  const Token& open = Take();
  auto type = std::make_unique<ast::TypeExpr>();
  type->node = ast::ListTypeExpr{ParseType()};
  Close(open, "`]`");
  type->span = SpanFrom(begin);
  return type;
}

// As with expressions, parentheses around one type only group.
ast::TypePtr Parser::ParseTupleType() {
  uint32_t begin = Begin();
  const Token& open = Take();
  ast::TupleTypeExpr tuple;
  do {
    tuple.elements.push_back(ParseType());
  } while (!panic() && Accept(TokenKind::kComma));
  Close(open, "`,` or `)`");
  if (tuple.elements.size() == 1) return std::move(tuple.elements[0]);
  auto type = std::make_unique<ast::TypeExpr>();
  type->node = std::move(tuple);
  type->span = SpanFrom(begin);
  return type;
}

std::vector<ast::ExprPtr> Parser::ParseShape() {
  const Token& open = Take();
  std::vector<ast::ExprPtr> dims;
  while (!panic() && !At(TokenKind::kRightSquare)) {
    dims.push_back(Accept(TokenKind::kEllipsis) ? nullptr : ParseExpr());
    if (!Accept(TokenKind::kComma)) break;
  }
  Close(open, "`,` or `]`");
  return dims;
}

}  // namespace nnc
