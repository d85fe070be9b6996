// Names, the files they are from, and errors that are reported once.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

TEST(Names, UnknownOnesOfferTheClosest) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = sofmax(x)"),
            "1:19 E0201 nothing is called `sofmax` here\n  help: did you mean `softmax`?\n");
  EXPECT_EQ(ErrorsOf("fn f(weight: f32) {\n  hidden = weight\n  return hiden\n}"),
            "3:10 E0201 nothing is called `hiden` here\n  help: did you mean `hidden`?\n");
}

TEST(Names, DeclaredTwice) {
  EXPECT_EQ(ErrorsOf("let a = 1\nlet a = 2"), "2:5 E0202 `a` is declared twice\n  1:5 first here\n");
}

TEST(Names, LetsThatNeedThemselves) {
  EXPECT_EQ(ErrorsOf("let a = b + 1\nlet b = a"), "2:9 E0209 `a` needs itself\n  1:5 declared here\n");
}

TEST(Names, ATrainBlockIsNoValue) {
  EXPECT_THAT(ErrorsOf("train fit {\n  steps = 1\n}\nlet a = fit"),
              HasSubstr("4:9 E0408 the train block `fit` is not a value"));
}

TEST(Names, OneRunReportsSeveralErrors) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = y\nfn g(x: f32[N]) = x * 2\nlet q = 1 / 0"),
            "1:19 E0201 nothing is called `y` here\n"
            "2:23 E0308 the int 2 where f32 is needed\n  help: write `2.0`\n"
            "3:9 E0402 an int is divided by zero\n");
}

TEST(Names, WhatFollowsFromAnErrorIsNotReported) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = y + 1\nfn g(x: f32[N]) = f(x) @ 3\nlet q = missing\nlet r = [q + 1.0]"),
            "1:19 E0201 nothing is called `y` here\n3:9 E0201 nothing is called `missing` here\n");
}

std::string WithFiles(const std::string& text, const std::vector<std::pair<std::string, std::string>>& files) {
  return Compiled(text, {}, files).Function("f");
}

TEST(UsedFiles, GiveTheirDeclarations) {
  EXPECT_THAT(WithFiles("use \"a.nn\"\nfn f(x: f32[N]) = double(x)", {{"a.nn", "fn double(x: f32[N]) = x + x"}}),
              HasSubstr("add %x, %x"));
}

TEST(UsedFiles, MayBeUsedTwice) {
  EXPECT_THAT(
      WithFiles("use \"a.nn\"\nuse \"b.nn\"\nfn f() = zeros([a, b])",
                {{"a.nn", "use \"c.nn\"\nlet a = c"}, {"b.nn", "use \"c.nn\"\nlet b = c + 1"}, {"c.nn", "let c = 2"}}),
      HasSubstr("f32[2, 3]"));
}

TEST(UsedFiles, DoNotSeeTheirUser) {
  EXPECT_THAT(WithFiles("use \"a.nn\"\nlet hidden_size = 3\nfn f() = zeros([a])", {{"a.nn", "let a = hidden_size"}}),
              HasSubstr("a.nn:1:9 E0201 nothing is called `hidden_size` here"));
}

TEST(UsedFiles, AnOwnNameHidesAUsedOne) {
  EXPECT_THAT(WithFiles("use \"a.nn\"\nlet d = 3\nfn f() = zeros([d])", {{"a.nn", "let d = 2"}}), HasSubstr("f32[3]"));
}

TEST(UsedFiles, NamesOfTwoAreAmbiguous) {
  EXPECT_EQ(
      WithFiles("use \"a.nn\"\nuse \"b.nn\"\nfn f() = zeros([d])", {{"a.nn", "let d = 2"}, {"b.nn", "let d = 3"}}),
      "3:17 E0211 two used files declare `d`\n  a.nn:1:5 one is here\n  b.nn:1:5 the other is here\n");
}

TEST(UsedFiles, CyclesAreErrors) {
  std::string errors = WithFiles("use \"a.nn\"", {{"a.nn", "use \"b.nn\""}, {"b.nn", "use \"a.nn\""}});
  EXPECT_THAT(errors, HasSubstr("b.nn:1:1 E0208 "));
  EXPECT_THAT(errors, HasSubstr("a.nn`, which leads back here"));
}

TEST(UsedFiles, MustExist) { EXPECT_THAT(WithFiles("use \"gone.nn\"", {}), HasSubstr("1:1 E0701 cannot read ")); }

TEST(UsedFiles, TheMainFileMustExist) {
  SourceManager sources;
  Diagnostics diagnostics;
  EXPECT_THROW(CompileFile("/nowhere/gone.nn", {}, sources, diagnostics), Failure);
}

}  // namespace
}  // namespace nnc::testing
