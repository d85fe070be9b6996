#include "runtime/text.h"

#include <gtest/gtest.h>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;

class TextTest : public testing::Test {
 protected:
  Text Read(const std::string& bytes, TextWindows windows) { return ReadText(scratch_.Write("t.txt", bytes), windows); }
  Scratch scratch_;
};

TEST_F(TextTest, IdsFollowCodePoints) {
  const Text text = Read(
      "b\xC3\xA4"
      "a\xE2\x82\xAC"
      "b\xF0\x9F\x98\x80",
      {6});
  EXPECT_THAT(text.characters, ElementsAre("a", "b", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"));
  EXPECT_THAT(text.ids.shape(), ElementsAre(1, 6));
  EXPECT_THAT(Numbers(text.ids), ElementsAre(1, 2, 0, 3, 1, 4));
}

TEST_F(TextTest, WindowsDoNotOverlapUnlessAsked) {
  EXPECT_THAT(Numbers(Read("abcde", {2}).ids), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Numbers(Read("abcd", {2, 1}).ids), ElementsAre(0, 1, 1, 2, 2, 3));
}

TEST_F(TextTest, ShiftMovesEveryWindowOn) {
  EXPECT_THAT(Numbers(Read("abcde", {2, 0, 1}).ids), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Read("abcd", {2, 0, 1}).ids.shape(), ElementsAre(1, 2));
}

TEST_F(TextTest, RefusesWhatIsNotUtf8) {
  for (const char* bytes :
       {"ab\xFF", "ab\xC0\x80", "ab\xED\xA0\x80", "ab\xE2\x82", "ab\xF4\x90\x80\x80", "ab\x80", "ab\xF0\x80\x80\x80"}) {
    EXPECT_THAT([&] { Read(bytes, {1}); }, Fails(DiagnosticKind::kBadDataFile, "t.txt@2", "not UTF-8"));
  }
}

TEST_F(TextTest, ATextShorterThanAWindowIsAnError) {
  EXPECT_THAT([&] { Read("abc", {3, 0, 1}); }, Fails(DiagnosticKind::kDataShape, "t.txt", "3 characters are too few"));
}

}  // namespace
}  // namespace nnc::runtime
