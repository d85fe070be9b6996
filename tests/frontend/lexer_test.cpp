#include "frontend/lexer.h"

#include <gmock/gmock.h>

#include <limits>

#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TokenTexts;

struct Lexed {
  std::vector<Token> tokens;
  Diagnostics diagnostics;

  explicit Lexed(std::string text) {
    SourceManager sources;
    tokens = Lex(sources.Add("test.nn", std::move(text)), sources, diagnostics);
  }
  std::vector<TokenKind> Kinds() const {
    std::vector<TokenKind> kinds;
    for (const Token& token : tokens) kinds.push_back(token.kind);
    return kinds;
  }
  std::string Error() const {
    return diagnostics.all().empty() ? "" : diagnostics.all()[0].message + "; " + diagnostics.all()[0].help;
  }
};

TEST(Lexer, TellsWordsFromNames) {
  using enum TokenKind;
  EXPECT_THAT(Lexed("let data fn_ in _x9").Kinds(), ElementsAre(kLet, kName, kName, kIn, kName, kEnd));
}

TEST(Lexer, TakesTheLongestSymbol) {
  using enum TokenKind;
  EXPECT_THAT(Lexed("***=...<=->..").Kinds(),
              ElementsAre(kStarStar, kStar, kAssign, kEllipsis, kLessEqual, kArrow, kDotDot, kEnd));
}

TEST(Lexer, ReadsNumbers) {
  Lexed lexed("42 1.5 1e-3 2.0E+5 9223372036854775807");
  EXPECT_EQ(std::get<int64_t>(lexed.tokens[0].value), 42);
  EXPECT_EQ(std::get<double>(lexed.tokens[1].value), 1.5);
  EXPECT_EQ(std::get<double>(lexed.tokens[2].value), 1e-3);
  EXPECT_EQ(std::get<double>(lexed.tokens[3].value), 2e5);
  EXPECT_EQ(std::get<int64_t>(lexed.tokens[4].value), std::numeric_limits<int64_t>::max());
}

TEST(Lexer, ARangeOfIntsHoldsNoFloats) { EXPECT_THAT(TokenTexts("0..4"), ElementsAre("0", "..", "4", "NL")); }

TEST(Lexer, DigitsAfterADotAreAMember) {
  EXPECT_THAT(TokenTexts("x.0.1"), ElementsAre("x", ".", "0", ".", "1", "NL"));
  EXPECT_THAT(TokenTexts("x.0..4"), ElementsAre("x", ".", "0", "..", "4", "NL"));
}

TEST(Lexer, AReservedWordAfterADotIsAMember) {
  using enum TokenKind;
  EXPECT_THAT(Lexed("a.for in").Kinds(), ElementsAre(kName, kDot, kName, kIn, kEnd));
}

TEST(Lexer, ReadsEscapes) {
  EXPECT_EQ(std::get<std::string>(Lexed(R"("a\n\t\"\\b#")").tokens[0].value), "a\n\t\"\\b#");
}

TEST(Lexer, SkipsCommentsAByteOrderMarkAndCarriageReturns) {
  Lexed lexed("\uFEFFa # b \u00e9\r\nc");
  EXPECT_THAT(lexed.Kinds(), ElementsAre(TokenKind::kName, TokenKind::kName, TokenKind::kEnd));
  EXPECT_TRUE(lexed.tokens[0].line_start);
  EXPECT_TRUE(lexed.tokens[1].line_start);
  EXPECT_THAT(lexed.diagnostics.all(), IsEmpty());
}

TEST(Lexer, RefusesLiteralsThatCannotBeRead) {
  EXPECT_THAT(Lexed("2x").Error(), HasSubstr("`2x` is neither a number nor a name"));
  EXPECT_THAT(Lexed("1_000").Error(), HasSubstr("without `_`"));
  EXPECT_THAT(Lexed("0x1F").Error(), HasSubstr("in decimal"));
  EXPECT_THAT(Lexed("9223372036854775808").Error(), HasSubstr("too large"));
  EXPECT_THAT(Lexed("1e999").Error(), HasSubstr("outside the range"));
  EXPECT_THAT(Lexed("\"abc\n").Error(), HasSubstr("no closing `\"`"));
  EXPECT_THAT(Lexed("\"abc\\").Error(), HasSubstr("no closing `\"`"));
  EXPECT_THAT(Lexed(R"("a\q")").Error(), HasSubstr("`\\q` is not an escape"));
}

TEST(Lexer, KnowsWhatWasMeant) {
  using enum TokenKind;
  Lexed lexed("a && b || ! c ^ 'd' \u2212 \u201Ce\u201D");
  EXPECT_THAT(lexed.Kinds(),
              ElementsAre(kName, kAnd, kName, kOr, kNot, kName, kStarStar, kString, kMinus, kString, kEnd));
  EXPECT_EQ(lexed.diagnostics.error_count(), 7);
  EXPECT_THAT(Lexed("// text").Error(), HasSubstr("comments begin with `#`"));
}

TEST(Lexer, NamesACharacterThatHasNoPlace) {
  EXPECT_THAT(Lexed("a $ b").Error(), HasSubstr("`$` is not part of the language"));
  EXPECT_THAT(Lexed("\u00e9").Error(), HasSubstr("`\u00e9` is not part"));
  EXPECT_THAT(Lexed("a\x01").Error(), HasSubstr("control character U+0001"));
  EXPECT_THAT(Lexed("a\rb").Error(), HasSubstr("carriage return"));
}

}  // namespace
}  // namespace nnc
