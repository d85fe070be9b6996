#include <gmock/gmock.h>

#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using testing::ExpressionTree;
using ::testing::HasSubstr;

// Both have the same tree: the second is the first with all its parentheses.
void ExpectSameTree(const std::string& expression, const std::string& parenthesized) {
  EXPECT_EQ(ExpressionTree(expression), ExpressionTree(parenthesized));
}

TEST(ParseExpressions, PrecedenceIsPythons) {
  ExpectSameTree("a or b and c", "a or (b and c)");
  ExpectSameTree("not a == b and c", "(not (a == b)) and c");
  ExpectSameTree("a + b < c * d", "(a + b) < (c * d)");
  ExpectSameTree("a - b - c", "(a - b) - c");
  ExpectSameTree("a / b @ c % d", "((a / b) @ c) % d");
  ExpectSameTree("-a**b", "-(a**b)");
  ExpectSameTree("a**-b**c", "a**(-(b**c))");
  ExpectSameTree("-a * -b", "(-a) * (-b)");
  ExpectSameTree("- + -a", "-(+(-a))");
  ExpectSameTree("not not a", "not (not a)");
  ExpectSameTree("0..n + 1", "0..(n + 1)");
  ExpectSameTree("-x.y(1)[2]**2", "-(((x.y)(1))[2]**2)");
}

TEST(ParseExpressions, TheTreeNamesEveryPart) {
  EXPECT_EQ(ExpressionTree("f(x, axis: -1).w[0, :, 2:n, ...]"),
            "index\n"
            "  member .w\n"
            "    call\n"
            "      name f\n"
            "      name x\n"
            "      argument axis\n"
            "        unary -\n"
            "          int 1\n"
            "  int 0\n"
            "  slice\n"
            "  slice\n"
            "    from\n"
            "      int 2\n"
            "    to\n"
            "      name n\n"
            "  ...\n");
}

TEST(ParseExpressions, TuplesListsAndComprehensions) {
  EXPECT_EQ(ExpressionTree("((a), (b,), [c, 1.0,], [])"),
            "tuple\n  name a\n  tuple\n    name b\n  list\n    name c\n    float 1.0\n  list\n");
  EXPECT_EQ(ExpressionTree("[g(i) for (i, (j, k)) in 0..4]"),
            "list for (i, (j, k))\n  call\n    name g\n    name i\n  in\n    range\n      int 0\n      int 4\n");
}

TEST(ParseExpressions, IfGivesAValue) {
  EXPECT_EQ(ExpressionTree("if a {\n 1 \n}\nelse if b { 2 } else { \"\\\"\\n\" }"),
            "if\n  name a\n  then\n    int 1\n  else\n    if\n      name b\n      then\n        int 2\n"
            "      else\n        string \"\\\"\\n\"\n");
}

TEST(ParseExpressions, FunctionLiterals) {
  EXPECT_EQ(ExpressionTree("scan(fn ((h, c), x) {\n h = x\n return true\n}, over: xs)"),
            "call\n  name scan\n  fn\n    parameter (h, c)\n    parameter x\n    body\n      assign h\n        name x\n"
            "      return\n        bool true\n  argument over\n    name xs\n");
  EXPECT_EQ(ExpressionTree("fn () {}"), "fn\n");
}

TEST(ParseExpressions, MembersAreWordsNumbersAndReservedWords) {
  EXPECT_EQ(ExpressionTree("x.0.1"), "member .1\n  member .0\n    name x\n");
  EXPECT_EQ(ExpressionTree("x.for"), "member .for\n  name x\n");
}

TEST(ParseExpressions, OnlyReservedWordsAreReserved) {
  EXPECT_EQ(ExpressionTree("data + model(train: over)"),
            "binary +\n  name data\n  call\n    name model\n    argument train\n      name over\n");
}

TEST(ParseExpressions, SpansCoverTheWholeExpression) {
  testing::Parsed parsed("nn 1\nlet x = (a + b) * f(c,\n d)\n");
  const ast::Expr& product = *std::get<ast::Let>(parsed.tree.decls[0].node).value;
  EXPECT_EQ(product.span, (Span{1, 2, 9, 14}));  // cut at the end of its first line
  const auto& binary = std::get<ast::Binary>(product.node);
  EXPECT_EQ(binary.lhs->span, (Span{1, 2, 9, 7}));
  EXPECT_TRUE(binary.lhs->parenthesized);
  EXPECT_EQ(binary.op_span, (Span{1, 2, 17, 1}));
}

TEST(ParseExpressions, ComparisonsDoNotChain) {
  EXPECT_EQ(ExpressionTree("0 <= a + b < c"),
            "2:20 E0106 comparisons do not chain; write `0 <= a + b and a + b < ...`");
  EXPECT_EQ(ExpressionTree("(a < b) == c"), ExpressionTree("((a < b)) == (c)"));
}

TEST(ParseExpressions, ErrorsNameTheCure) {
  EXPECT_THAT(ExpressionTree("f(a: 1, 2)"), HasSubstr("E0109"));
  EXPECT_THAT(ExpressionTree("f(lr = 1)"), HasSubstr("a named argument is written with `:`; write `lr: ...`"));
  EXPECT_THAT(ExpressionTree("f(a b)"), HasSubstr("expected `,` or `)`, found `b`"));
  EXPECT_THAT(ExpressionTree("1."), HasSubstr("digits on both sides of the point: `1.0`"));
  EXPECT_THAT(ExpressionTree(".5"), HasSubstr("digits on both sides of the point"));
  EXPECT_THAT(ExpressionTree("x[]"), HasSubstr("expected an index, found `]`"));
  EXPECT_THAT(ExpressionTree("a == not b"), HasSubstr("put it in parentheses"));
  EXPECT_THAT(ExpressionTree("if a { 1 }"), HasSubstr("expected `else`"));
  EXPECT_THAT(ExpressionTree("if a = b { 1 } else { 2 }"), HasSubstr("compared with `==`"));
  EXPECT_THAT(ExpressionTree("if a { x = 1 } else { 2 }"), HasSubstr("holds one expression"));
  EXPECT_THAT(ExpressionTree("(a = b)"), HasSubstr("compared with `==`"));
  EXPECT_THAT(ExpressionTree("{a}"), HasSubstr("lists are written `[a, b]`"));
  EXPECT_THAT(ExpressionTree("a + in"), HasSubstr("found the reserved word `in`"));
  EXPECT_THAT(ExpressionTree(""), HasSubstr("found the end of the file"));
}

TEST(ParseExpressions, ASingleExpression) {
  SourceManager sources;
  Diagnostics diagnostics;
  ast::ExprPtr expr = ParseExpression(sources.Add("--set x", "[1, 2]"), sources, diagnostics);
  EXPECT_EQ(std::get<ast::ListExpr>(expr->node).elements.size(), 2u);
  EXPECT_FALSE(diagnostics.has_errors());
  ParseExpression(sources.Add("--set y", "1 2"), sources, diagnostics);
  EXPECT_EQ(diagnostics.all()[0].message, "expected the end of the expression, found `2`");
}

// ---- Depth ----

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(ParseExpressions, NestingIsBounded) {
  auto check = [](const std::string& before, const std::string& inner, const std::string& after) {
    auto nested = [&](int depth) { return ExpressionTree(Repeat(before, depth) + inner + Repeat(after, depth)); };
    EXPECT_THAT(nested(200), ::testing::Not(HasSubstr("E0107"))) << before;
    EXPECT_THAT(nested(300), HasSubstr("E0107")) << before;
    EXPECT_THAT(nested(5000), HasSubstr("E0107")) << before;
  };
  check("(", "a", ")");
  check("[", "a", "]");
  check("f(", "a", ")");
  check("-", "a", "");
  check("not ", "a", "");
  check("a ** ", "a", "");
  check("a + ", "a", "");
  check("", "a", ".b");
  check("", "a", "()");
  check("", "a", "[0]");
  check("if a { b } else ", "{ c }", "");
  check("fn () { return ", "a", " }");
}

}  // namespace
}  // namespace nnc
