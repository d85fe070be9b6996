// Values known when compiling: they become constants and shapes of the functions that use them.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

// A static value as the shape of a tensor shows it: `expr` must be a list of ints.
std::string Shape(const std::string& expr, const std::string& before = "") {
  std::string text = FunctionF(before + "\nlet value = " + expr + "\nfn f() = zeros(value)");
  size_t at = text.find("shape = ");
  return at == std::string::npos ? text : text.substr(at + 8, text.find(", value") - at - 8);
}

// A static float as the constant that it becomes.
std::string Number(const std::string& expr) {
  std::string text = FunctionF("let value = " + expr + "\nfn f() -> f64 = value");
  size_t at = text.find("value = ");
  return at == std::string::npos ? text : text.substr(at + 8, text.find('}') - at - 8);
}

TEST(StaticValues, IntsHavePythonsRounding) {
  EXPECT_EQ(Shape("[2 + 3 * 4, 7 / 2, 7 % 4, 2 ** 5]"), "[14, 3, 3, 32]");
  EXPECT_EQ(Shape("[10 + -7 / 2, -7 % 4, 5 - -1]"), "[6, 1, 6]");
  EXPECT_EQ(Shape("[(-1) ** 1000000 + 0 ** 0, 1 ** 99]"), "[2, 1]");
}

TEST(StaticValues, FloatsAreDoubles) {
  EXPECT_EQ(Number("0.1 + 0.2"), "0.30000000000000004");
  EXPECT_EQ(Number("2.0 ** 3"), "8.0");  // an int exponent is the one int that goes with a float
  EXPECT_EQ(Number("-7.5 % 2.0"), "0.5");
  EXPECT_EQ(Number("2.0 * pi"), "6.283185307179586");
  EXPECT_EQ(Number("if 1.0 < e and not false { inf } else { nan }"), "inf");
}

TEST(StaticValues, ListsJoinIndexAndSlice) {
  EXPECT_EQ(Shape("[1, 2] + [3]"), "[1, 2, 3]");
  EXPECT_EQ(Shape("[[4, 5, 6][1], [4, 5, 6][-1]]"), "[5, 6]");
  EXPECT_EQ(Shape("[4, 5, 6, 7][1:-1] + [1, 2][:1] + [1, 2][2:]"), "[5, 6, 1]");
  EXPECT_EQ(Shape("[(8, 9).1, [3, 4].0, len([1, 2])]"), "[9, 3, 2]");
}

TEST(StaticValues, ComprehensionsRunOverRangesAndLists) {
  EXPECT_EQ(Shape("[i * i for i in 1..4]"), "[1, 4, 9]");
  EXPECT_EQ(Shape("[a + b for (a, b) in [(1, 2), (3, 4)]]"), "[3, 7]");
  EXPECT_EQ(Shape("[i for i in 3..1] + [1]"), "[1]");
}

TEST(StaticValues, AComprehensionsNameIsItsOwn) {
  std::string text = FunctionF("fn f() {\n  i = 7\n  s = [i for i in 0..3]\n  return zeros([i, s[2]])\n}");
  EXPECT_THAT(text, HasSubstr("f32[7, 2]"));
}

TEST(StaticValues, AndOrStopAtAKnownLeftSide) {
  EXPECT_EQ(Shape("if false and 1 / 0 == 1 { [1] } else { [2] }"), "[2]");
  EXPECT_EQ(Shape("if true or 1 / 0 == 1 { [1] } else { [2] }"), "[1]");
}

TEST(StaticValues, StringsCompareAndJoin) {
  EXPECT_EQ(Shape("if \"a\" + \"b\" == \"ab\" { [1] } else { [2] }"), "[1]");
}

TEST(StaticValues, LetsStandInAnyOrder) { EXPECT_EQ(Shape("[late]", "let other = value\nlet late = 4"), "[4]"); }

TEST(StaticValues, FunctionsOfStaticValuesRunWhenCompiling) {
  EXPECT_EQ(Shape("widths(3)", "fn widths(n: int) = [2 ** i for i in 0..n]"), "[1, 2, 4]");
}

TEST(StaticValues, ForAndIfRunWhenCompilingAndAreNoScopes) {
  std::string text = FunctionF(
      "fn f(x: f32[N]) {\n  for i in 0..3 {\n    if i != 1 { x = x + x }\n  }\n  return x * (if i == 2 { 2.0 } else { "
      "3.0 })\n}");
  EXPECT_EQ(text,
            "func @f(%x: f32[N]) -> (f32[N]) {\n"
            "  %x.1 = add %x, %x : f32[N]\n"
            "  %x.2 = add %x.1, %x.1 : f32[N]\n"
            "  %3 = constant {element = f32, shape = [], value = 2.0} : f32\n"
            "  %4 = mul %x.2, %3 : f32[N]\n"
            "  return result = %4\n}\n");
}

TEST(StaticValues, DimensionVariablesAreInts) {
  EXPECT_THAT(FunctionF("fn f(x: f32[T, D]) = ones([T, 2*D + 1])"), HasSubstr("f32[T, 2*D + 1]"));
  EXPECT_THAT(FunctionF("fn f(x: f32[T]) = if T == T and T < T + 1 { x } else { -x }"),
              HasSubstr("return result = %x"));
}

TEST(Overrides, ReplaceLets) {
  Compiled compiled("let hidden = 100\nlet wide = 2 * hidden\nfn f() = zeros([wide])", {{"hidden", "3 + 4"}});
  EXPECT_THAT(compiled.Function("f"), HasSubstr("f32[14]"));
}

TEST(Overrides, MustFit) {
  EXPECT_EQ(Compiled("let hidden = 100", {{"hidden", "1.5"}}).Errors(),
            "--set hidden:0:1 E0214 `hidden` is an int, not the float 1.5\n  1:5 declared here\n");
  EXPECT_EQ(Compiled("let hidden = 100", {{"hiden", "1"}}).Errors(),
            "- E0214 --set hiden: no `let` has this name\n  help: did you mean `hidden`?\n");
  EXPECT_EQ(Compiled("let net = Linear(1, 1)", {{"net", "1"}}).Errors(),
            "--set net:0:1 E0214 `net` is a model `Linear`, which --set cannot override\n  1:5 declared here\n");
}

}  // namespace
}  // namespace nnc::testing
