#include "runtime/idx.h"

#include <gtest/gtest.h>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;

std::string Idx(char code, const std::string& sizes, const std::string& data) {
  return std::string(2, '\0') + code + static_cast<char>(sizes.size() / 4) + sizes + data;
}

TEST(IdxTest, ReadsBytes) {
  const Scratch scratch;
  const Tensor tensor = ReadIdx(scratch.Write("x", Idx(8, std::string("\0\0\0\2\0\0\0\3", 8), "abcdef")));
  EXPECT_EQ(tensor.element(), ir::Element::kU8);
  EXPECT_THAT(tensor.shape(), ElementsAre(2, 3));
  EXPECT_THAT(Numbers(tensor), ElementsAre('a', 'b', 'c', 'd', 'e', 'f'));
}

TEST(IdxTest, ReadsBigEndianNumbersOfEveryType) {
  const Scratch scratch;
  const std::string one("\0\0\0\1", 4);
  const auto read = [&](char code, const std::string& data) {
    return ReadIdx(scratch.Write("x", Idx(code, one, data))).number(0);
  };
  EXPECT_EQ(read(0x09, "\xff"), -1);
  EXPECT_EQ(read(0x0B, std::string("\1\0", 2)), 256);
  EXPECT_EQ(read(0x0C, std::string("\0\1\0\0", 4)), 65536);
  EXPECT_EQ(read(0x0D, std::string("\x3f\xc0\0\0", 4)), 1.5);
  EXPECT_EQ(read(0x0E, std::string("\x3f\xf8\0\0\0\0\0\0", 8)), 1.5);
}

TEST(IdxTest, ReadsGzip) {
  const Scratch scratch;
  const std::string size("\0\0\0\2", 4);
  EXPECT_THAT(Numbers(ReadIdx(scratch.Write("x.gz", Gzip(Idx(8, size, "ab"))))), ElementsAre('a', 'b'));
  EXPECT_THAT([&] { ReadIdx(scratch.Write("x.gz", Gzip(Idx(8, size, "abc")))); },
              Fails(DiagnosticKind::kBadDataFile, "x.gz@8", "needs 2 bytes, the file holds 3"));
}

TEST(IdxTest, BytesStayInTheMappedFile) {
  const Scratch scratch;
  const std::string size("\0\0\0\1", 4);
  EXPECT_TRUE(ReadIdx(scratch.Write("x", Idx(8, size, "a"))).borrows());
  EXPECT_FALSE(ReadIdx(scratch.Write("y", Idx(0x0C, size, "abcd"))).borrows());  // big-endian
}

TEST(IdxTest, RefusesDamage) {
  const Scratch scratch;
  const auto failure = [&](const std::string& bytes) { return [&, bytes] { ReadIdx(scratch.Write("x", bytes)); }; };
  EXPECT_THAT(failure("PK\3\4"), Fails(DiagnosticKind::kBadDataFile, "x@0", "not an idx file"));
  EXPECT_THAT(failure(Idx(7, "", "a")), Fails(DiagnosticKind::kBadDataFile, "x@2", "type code 0x07"));
  EXPECT_THAT(failure(std::string("\0\0\10\3\0\0\0\1", 8)),
              Fails(DiagnosticKind::kBadDataFile, "x@8", "within its header"));
  EXPECT_THAT(failure(Idx(8, std::string("\0\0\0\2", 4), "a")),
              Fails(DiagnosticKind::kBadDataFile, "x@8", "needs 2 bytes, the file holds 1"));
  EXPECT_THAT(failure(Idx(8, std::string("\0\0\0\1", 4), "ab")),
              Fails(DiagnosticKind::kBadDataFile, "x@8", "the file holds 2"));
  EXPECT_THAT(failure(Idx(14, std::string(16, '\xff'), "ab")),
              Fails(DiagnosticKind::kBadDataFile, "x@20", "too many bytes"));
}

}  // namespace
}  // namespace nnc::runtime
