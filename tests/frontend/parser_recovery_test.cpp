// What is reported for programs that are wrong, and that one mistake is one error.

#include <gmock/gmock.h>

#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Parsed;
using ::testing::SizeIs;

std::vector<std::string> ErrorsIn(const std::string& declarations) { return Parsed("nn 1\n" + declarations).Errors(); }

TEST(Recovery, GoesOnAtTheNextStatement) {
  Parsed parsed("nn 1\nfn f(x: f32) {\n  a = * 2\n  b = f(1 2)\n  c = 3\n  return a b\n}\nlet d = )\nlet e = 5\n");
  EXPECT_THAT(parsed.Errors(), ElementsAre(HasSubstr("3:7 E0104 expected an expression, found `*`"),
                                           HasSubstr("4:11 E0104 expected `,` or `)`, found `2`"),
                                           HasSubstr("6:12 E0104 expected the end of the line or `;`, found `b`"),
                                           HasSubstr("8:9 E0104 `)` closes nothing")));
  EXPECT_THAT(parsed.tree.decls, SizeIs(3));
}

TEST(Recovery, GoesOnAfterABracket) {
  EXPECT_THAT(ErrorsIn("let a = f(1 2) + g(3 4)\n"), ElementsAre(HasSubstr("2:13"), HasSubstr("2:22")));
  EXPECT_THAT(ErrorsIn("fn f(x f32) -> f33 {\n  y = = 1\n}\n"),
              ElementsAre(HasSubstr("expected `:` and a type"), HasSubstr("expected a type, found `f33`"),
                          HasSubstr("3:7 E0104")));
}

TEST(Recovery, ABodyIsReadThoughItsHeadIsWrong) {
  EXPECT_THAT(ErrorsIn("model (a: int) {\n  fc = * 2\n}\nlet b = 1\n"),
              ElementsAre(HasSubstr("expected the model's name"), HasSubstr("3:8 E0104")));
  EXPECT_THAT(ErrorsIn("fn f()\n{\n  x = * 2\n}\n"), ElementsAre(HasSubstr("move the `{` up"), HasSubstr("4:7 E0104")));
}

TEST(Recovery, ALineCannotBeginWithAnOperator) {
  EXPECT_THAT(
      ErrorsIn("let a = 1\n  + 2\nlet b = 3\n"),
      ElementsAre("3:3 E0105 a line cannot begin with `+`; move it up to the end of the line before, or put the "
                  "whole expression in parentheses"));
  EXPECT_THAT(ErrorsIn("fn f(x: f32)\n  -> f32 = x\n"), ElementsAre(HasSubstr("3:3 E0105")));
  EXPECT_THAT(ErrorsIn("fn f() {\n  x = a\n    .b\n    and c\n}\n"),
              ElementsAre(HasSubstr("4:5 E0105"), HasSubstr("5:5 E0105")));
  EXPECT_THAT(ErrorsIn("train t {\n  minimize l\n    using o\n  minimize m\n    over a using o\n}\n"),
              ElementsAre(HasSubstr("4:5 E0105"), HasSubstr("6:5 E0105")));
}

TEST(Recovery, AForgottenBracketIsFoundAtTheNextStatement) {
  Parsed parsed("nn 1\nlet a = f(1, [2\nlet b = 3\nfn g() {\n  x = (1 + 2\n  y = 3\n  return y\n}\n");
  EXPECT_THAT(parsed.Errors(), ElementsAre(HasSubstr("3:1 E0110 expected `]` before this new statement"),
                                           HasSubstr("6:3 E0110 expected `)` before this new statement")));
  EXPECT_THAT(parsed.diagnostics.all()[0].notes, SizeIs(2));
  EXPECT_EQ(parsed.diagnostics.all()[0].notes[0].span, (Span{1, 2, 14, 1}));
  EXPECT_EQ(parsed.diagnostics.all()[0].notes[1].span, (Span{1, 2, 10, 1}));
  EXPECT_THAT(parsed.tree.decls, SizeIs(3));
}

TEST(Recovery, AForgottenBraceIsFoundAtTheNextDeclaration) {
  Parsed parsed("nn 1\nmodel M() {\n  fn f() {\n    return 1\n  }\n\nlet a = 1\nfn g() {\n  x = 1\nfn h() = 2\n");
  EXPECT_THAT(parsed.Errors(), ElementsAre(HasSubstr("7:1 E0110 expected `}` before this new declaration"),
                                           HasSubstr("10:1 E0110 expected `}` before this new declaration")));
  EXPECT_THAT(parsed.tree.decls, SizeIs(4));
}

TEST(Recovery, AnUnindentedModelHoldsFunctions) {
  EXPECT_THAT(ErrorsIn("model M() {\nfn f() = 1\nforward() = 2\n}\n"), SizeIs(0));
}

TEST(Recovery, ABracketOpenAtTheEndOfTheFile) {
  EXPECT_THAT(ErrorsIn("let a = (1"), ElementsAre(HasSubstr("E0110 expected `)` before the end of the file")));
  EXPECT_THAT(ErrorsIn("fn f() {\n  return [1"),
              ElementsAre(HasSubstr("E0110 expected `]` before the end of the file")));
}

TEST(Recovery, AWrongClosingBracket) {
  EXPECT_THAT(ErrorsIn("let a = (1]\nlet b = 2\n"), ElementsAre("2:11 E0104 expected `)`, found `]`"));
  EXPECT_THAT(ErrorsIn("fn f() {\n  return g(1, [2 }\nlet a = 1\n"),
              ElementsAre(HasSubstr("3:18 E0110 expected `]` before `}`")));
}

TEST(Recovery, DeclarationsOfOtherLanguages) {
  EXPECT_THAT(ErrorsIn("x = 3\n"), ElementsAre(HasSubstr("expected a declaration, found `x`; write `let x = ...`")));
  EXPECT_THAT(ErrorsIn("def f(x) {\n}\n"), ElementsAre(HasSubstr("did you mean `fn`?")));
  EXPECT_THAT(ErrorsIn("modle M() {\n}\n"), ElementsAre(HasSubstr("did you mean `model`?")));
  EXPECT_THAT(ErrorsIn("field x: f32 = 1\n"), ElementsAre(HasSubstr("stands inside the braces of a `data`")));
  EXPECT_THAT(ErrorsIn("fn for() = 1\n"), ElementsAre(HasSubstr("reserved words cannot be names")));
  EXPECT_THAT(ErrorsIn("use blocks\n"), ElementsAre(HasSubstr("the file's path as a string")));
}

TEST(Recovery, StatementsOfOtherLanguages) {
  auto statement = [](const std::string& text) { return ErrorsIn("fn f(x: f32) {\n  " + text + "\n  return x\n}\n"); };
  EXPECT_THAT(statement("x += 1"), ElementsAre(HasSubstr("write `x = x + ...`")));
  EXPECT_THAT(statement("x[0] = 1"), ElementsAre(HasSubstr("tensors are values")));
  EXPECT_THAT(statement("x.y = 1"), ElementsAre(HasSubstr("only a name, or a tuple of names")));
  EXPECT_THAT(statement("g(x)"), ElementsAre(HasSubstr("bind its value, `y = g(...)`")));
  EXPECT_THAT(statement("x: f32 = 1"), ElementsAre(HasSubstr("types are inferred here")));
  EXPECT_THAT(statement("x == 1"), ElementsAre(HasSubstr("`==` compares")));
  EXPECT_THAT(statement("let y = 1"), ElementsAre(HasSubstr("inside a body a name is bound without it")));
  EXPECT_THAT(statement("if x = 1 { y = 2 }"), ElementsAre(HasSubstr("two values are compared with `==`")));
  EXPECT_THAT(statement("retrun x"), ElementsAre(HasSubstr("did you mean `return`?")));
}

TEST(Recovery, MembersOfModels) {
  auto member = [](const std::string& text) { return ErrorsIn("model M() {\n  " + text + "\n  fc = 1\n}\n"); };
  EXPECT_THAT(member("w: f32 = zeros"), ElementsAre(HasSubstr("a parameter is written `param w: TYPE = INIT`")));
  EXPECT_THAT(member("param w = zeros"), ElementsAre(HasSubstr("expected `:` and a type")));
  EXPECT_THAT(member("param w: f32"), ElementsAre(HasSubstr("expected `=` and an initial value")));
  EXPECT_THAT(member("let w = 1"), ElementsAre(HasSubstr("a model's member is written without it")));
  EXPECT_THAT(member("return 1"), ElementsAre(HasSubstr("expected a member of the model")));
}

TEST(Recovery, Optimizers) {
  EXPECT_THAT(ErrorsIn("optimizer o() { state v = zeros }\n"),
              ElementsAre(HasSubstr("E0406 an optimizer needs an `update`")));
  EXPECT_THAT(ErrorsIn("optimizer o() {\n  update(p) { }\n  state v = zeros\n}\n"),
              ElementsAre(HasSubstr("the states come before `update`")));
  EXPECT_THAT(ErrorsIn("optimizer o() {\n  update(p) { }\n  update(p) { }\n}\n"),
              ElementsAre(HasSubstr("an optimizer has one `update`")));
  EXPECT_THAT(ErrorsIn("optimizer o() {\n  x = 1\n  update(p) { }\n}\n"),
              ElementsAre(HasSubstr("expected `state` or `update`")));
}

TEST(Recovery, ItemsOfDataAndTrain) {
  auto item = [](const std::string& text) { return ErrorsIn("data d {\n  " + text + "\n  seed = 1\n}\n"); };
  EXPECT_THAT(item("x: f32 = 1"), ElementsAre(HasSubstr("a field is written `field x: TYPE = SOURCE`")));
  EXPECT_THAT(item("spilt a: 1"), ElementsAre(HasSubstr("did you mean `split`?")));
  EXPECT_THAT(item("split a 1"), ElementsAre(HasSubstr("expected `:` and the part's size")));
  EXPECT_THAT(item("field x: f32[2 = 1"), ElementsAre(HasSubstr("expected `,` or `]`"), HasSubstr("E0110")));
  EXPECT_THAT(ErrorsIn("train t {\n  return 1\n  minimize l\n}\n"),
              ElementsAre(HasSubstr("a run returns nothing"), HasSubstr("expected `using` or `over`")));
}

TEST(Recovery, TypesOfOtherLanguages) {
  EXPECT_THAT(ErrorsIn("fn f(x: float32[2]) = x\n"), ElementsAre(HasSubstr("the type is written `f32`")));
  EXPECT_THAT(ErrorsIn("fn f(x: class[2]) = x\n"), ElementsAre(HasSubstr("as in `class(10)`")));
}

TEST(Recovery, AFileThatIsNoProgramGivesUpSoon) {
  std::string junk;
  for (int i = 0; i < 20000; ++i) junk += "$ x )\n";
  EXPECT_THAT(ErrorsIn(junk), SizeIs(::testing::Le(101u)));
}

}  // namespace
}  // namespace nnc
