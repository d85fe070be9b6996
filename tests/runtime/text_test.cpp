#include "runtime/text.h"

#include <gtest/gtest.h>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;

class TextTest : public testing::Test {
 protected:
  Text Read(const std::string& bytes) { return ReadText(scratch_.Write("t.txt", bytes)); }
  Tensor Cut(const std::string& bytes, TextWindows windows) { return CutWindows(Read(bytes), windows, "t.txt"); }
  Scratch scratch_;
};

TEST_F(TextTest, IdsFollowCodePoints) {
  const Text text = Read(
      "b\xC3\xA4"
      "a\xE2\x82\xAC"
      "b\xF0\x9F\x98\x80");
  EXPECT_THAT(text.characters, ElementsAre("a", "b", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"));
  EXPECT_THAT(text.ids.shape(), ElementsAre(6));
  EXPECT_THAT(Numbers(text.ids), ElementsAre(1, 2, 0, 3, 1, 4));
}

TEST_F(TextTest, WindowsDoNotOverlapUnlessAsked) {
  EXPECT_THAT(Numbers(Cut("abcde", {2})), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Numbers(Cut("abcd", {2, 1})), ElementsAre(0, 1, 1, 2, 2, 3));
}

TEST_F(TextTest, ShiftMovesEveryWindowOn) {
  EXPECT_THAT(Numbers(Cut("abcde", {2, 0, 1})), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Cut("abcd", {2, 0, 1}).shape(), ElementsAre(1, 2));
}

TEST_F(TextTest, WindowsInARowAreTheTextsOwnIds) {
  const Text text = Read("abcdef");
  const Tensor windows = CutWindows(text, {2, 2, 1}, "");
  EXPECT_TRUE(windows.borrows());
  EXPECT_EQ(windows.data(), text.ids.data() + sizeof(int32_t));
  EXPECT_FALSE(CutWindows(text, {2, 1, 0}, "").borrows());
}

// Reading goes piece by piece; no character may be cut where a piece ends.
TEST_F(TextTest, CharactersLieAcrossPieces) {
  std::string bytes = "a";
  while (bytes.size() < 200'000) bytes += "\xE2\x82\xAC";
  const Text text = Read(bytes);
  EXPECT_THAT(text.characters, ElementsAre("a", "\xE2\x82\xAC"));
  EXPECT_EQ(text.ids.elements(), static_cast<int64_t>((bytes.size() - 1) / 3 + 1));
  EXPECT_EQ(text.ids.number(text.ids.elements() - 1), 1);
  EXPECT_THAT([&] { Read(bytes + "\xFF"); },
              Fails(DiagnosticKind::kBadDataFile, "t.txt@" + std::to_string(bytes.size()), "not UTF-8"));
}

TEST_F(TextTest, RefusesWhatIsNotUtf8) {
  for (const char* bytes :
       {"ab\xFF", "ab\xC0\x80", "ab\xED\xA0\x80", "ab\xE2\x82", "ab\xF4\x90\x80\x80", "ab\x80", "ab\xF0\x80\x80\x80"}) {
    EXPECT_THAT([&] { Read(bytes); }, Fails(DiagnosticKind::kBadDataFile, "t.txt@2", "not UTF-8"));
  }
}

TEST_F(TextTest, ATextShorterThanAWindowIsAnError) {
  EXPECT_THAT([&] { Cut("abc", {3, 0, 1}); }, Fails(DiagnosticKind::kDataShape, "t.txt", "3 characters are too few"));
}

}  // namespace
}  // namespace nnc::runtime
