#include "frontend/encoding.h"

#include <gmock/gmock.h>

#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> ErrorsOf(std::string bytes) { return testing::Parsed("nn 1\n#" + bytes + "\n").Errors(); }

TEST(Encoding, TakesAnyCleanText) { EXPECT_THAT(ErrorsOf("\u00e9 \u4e2d \U0001F600 \U0010FFFF"), IsEmpty()); }

TEST(Encoding, RefusesNul) {
  EXPECT_THAT(ErrorsOf(std::string("a\0b", 3)), ElementsAre(HasSubstr("2:3 E0102 the file holds a NUL byte")));
}

TEST(Encoding, RefusesBrokenSequences) {
  const char* broken[] = {
      "\x80",              // a continuation byte alone
      "\xC3",              // cut short
      "\xC0\xAF",          // overlong
      "\xE0\x80\x80",      // overlong
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // past U+10FFFF
      "\xFF",
  };
  for (const char* bytes : broken) EXPECT_THAT(ErrorsOf(bytes), ElementsAre(HasSubstr("is not UTF-8 here")));
}

TEST(Encoding, RefusesBidirectionalControls) {
  for (const char* control : {"\u202E", "\u2066", "\u200F", "\u061C"}) {
    EXPECT_THAT(ErrorsOf(control), ElementsAre(HasSubstr("E0102 bidirectional control character")));
  }
}

TEST(Encoding, SaysEachSortOnceAndReadsNothingElse) {
  EXPECT_THAT(ErrorsOf("\xFF\xFF\u202E\u202E\nlet = ="), ElementsAre(HasSubstr("0xFF"), HasSubstr("U+202E")));
}

}  // namespace
}  // namespace nnc
