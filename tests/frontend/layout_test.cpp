#include "frontend/layout.h"

#include <gmock/gmock.h>

#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using testing::TokenTexts;

// The tokens of `text` and of `plain`, where it is easy to see which statements there are, are the same.
void ExpectSameTokens(const std::string& text, const std::string& plain) {
  EXPECT_THAT(TokenTexts(text), ElementsAreArray(TokenTexts(plain))) << text;
}

TEST(Layout, ALineEndOrSemicolonEndsAStatement) {
  EXPECT_THAT(TokenTexts("a\nb; c"), ElementsAre("a", "NL", "b", "NL", "c", "NL"));
}

TEST(Layout, EmptyLinesAndTheFilesStartEndNothing) {
  EXPECT_THAT(TokenTexts("\n\n a\n\n;;\n# comment\nb"), ElementsAre("a", "NL", "b", "NL"));
  EXPECT_THAT(TokenTexts("\n#\n"), IsEmpty());
}

TEST(Layout, RoundAndSquareBracketsJoinLines) {
  ExpectSameTokens("a(\nb\n)\nc", "a(b)\nc");
  ExpectSameTokens("[a,\n\nb\n]", "[a, b]");
}

TEST(Layout, BracesInRoundBracketsBringLineEndsBack) {
  EXPECT_THAT(TokenTexts("f(fn () {\na\nb\n}\n)"),
              ElementsAre("f", "(", "fn", "(", ")", "{", "a", "NL", "b", "}", ")", "NL"));
}

TEST(Layout, ASemicolonInRoundBracketsIsAToken) {
  EXPECT_THAT(TokenTexts("v(a; b)"), ElementsAre("v", "(", "a", ";", "b", ")", "NL"));
}

TEST(Layout, OperatorsAndJointsJoinTheNextLine) {
  for (std::string joint : {"+", "-",  "*",   "/",  "%", "@", "**", "==", "!=", "<", "<=",
                            ">", ">=", "and", "or", ",", "=", "->", ":",  "..", "in"}) {
    ExpectSameTokens("a " + joint + "\n\nb", "a " + joint + " b");
  }
}

TEST(Layout, AMembersNameJoinsNothing) {
  EXPECT_THAT(TokenTexts("a.in\nb.or\nc"), ElementsAre("a", ".", "in", "NL", "b", ".", "or", "NL", "c", "NL"));
}

TEST(Layout, ElseAndBracesDropLineEnds) {
  ExpectSameTokens("if a {\n b \n}\nelse {\n c\n }", "if a { b } else { c }");
  ExpectSameTokens("if a { b; }; else { c }", "if a { b } else { c }");
}

}  // namespace
}  // namespace nnc
