#include "ir/source.h"

#include <gtest/gtest.h>

namespace nnc {
namespace {

TEST(Source, CountsFilesFromOneAndKeepsAPathsId) {
  SourceManager sources;
  uint32_t named = sources.Intern("a.nn");
  EXPECT_EQ(named, 1u);
  EXPECT_EQ(sources.Intern("b.nn"), 2u);
  EXPECT_EQ(sources.Add("a.nn", "let x = 1\n"), named);
  EXPECT_EQ(sources.file(named).text, "let x = 1\n");
}

TEST(Source, FindsLineAndColumnOfAByte) {
  SourceManager sources;
  uint32_t file = sources.Add("a.nn", "one\ntwo three\r\n\nlast");
  EXPECT_EQ(sources.At(file, 0, 3), (Span{file, 1, 1, 3}));
  EXPECT_EQ(sources.At(file, 8, 13), (Span{file, 2, 5, 5}));
  EXPECT_EQ(sources.At(file, 15, 15), (Span{file, 3, 1, 0}));
  EXPECT_EQ(sources.At(file, 16, 20), (Span{file, 4, 1, 4}));
}

TEST(Source, CutsASpanAtTheEndOfItsLine) {
  SourceManager sources;
  uint32_t file = sources.Add("a.nn", "one\r\ntwo");
  EXPECT_EQ(sources.At(file, 1, 8), (Span{file, 1, 2, 2}));
}

TEST(Source, GivesLinesWithoutTheirEnd) {
  SourceManager sources;
  uint32_t file = sources.Add("a.nn", "one\r\ntwo");
  EXPECT_EQ(sources.Line({file, 1, 1, 1}), "one");
  EXPECT_EQ(sources.Line({file, 2, 1, 1}), "two");
  EXPECT_EQ(sources.Line({file, 3, 1, 1}), "");
  EXPECT_EQ(sources.Line({sources.Intern("no_text.nn"), 1, 1, 1}), "");
}

TEST(Source, DescribesAPlace) {
  SourceManager sources;
  uint32_t file = sources.Add("dir/a.nn", "x");
  EXPECT_EQ(sources.Describe({file, 14, 12, 1}), "dir/a.nn:14:12");
  EXPECT_EQ(sources.Describe({}), "<unknown>");
}

}  // namespace
}  // namespace nnc
