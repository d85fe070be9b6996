#include "runtime/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

TEST(FilesTest, ReadsAFileAsItIs) {
  const Scratch scratch;
  const std::string bytes("a\0\r\n\xff", 5);
  EXPECT_EQ(ReadFile(scratch.Write("x", bytes)), bytes);
  EXPECT_EQ(ReadFile(scratch.Write("empty", "")), "");
}

TEST(FilesTest, UnpacksGzipByContentNotByName) {
  const Scratch scratch;
  const std::string bytes(100'000, 'x');
  EXPECT_EQ(ReadFile(scratch.Write("packed.csv", Gzip(bytes))), bytes);
  EXPECT_EQ(ReadFile(scratch.Write("plain.gz", "plain")), "plain");
}

TEST(FilesTest, UnpacksEveryGzipMember) {
  const Scratch scratch;
  EXPECT_EQ(ReadFile(scratch.Write("x.gz", Gzip("one ") + Gzip("two"))), "one two");
  const std::string large(300'000, 'x');
  EXPECT_EQ(ReadFile(scratch.Write("y.gz", Gzip(large) + Gzip(large) + "no gzip")), large + large);
}

TEST(FilesTest, DamagedGzipNamesTheByte) {
  const Scratch scratch;
  const std::string packed = Gzip("some text that is long enough to be cut");
  const std::string cut = scratch.Write("cut.gz", packed.substr(0, packed.size() - 12));
  EXPECT_THAT([&] { ReadFile(cut); },
              Fails(DiagnosticKind::kBadDataFile, "cut.gz@" + std::to_string(packed.size() - 12), "ends too early"));
  std::string changed = packed;
  changed[12] = static_cast<char>(changed[12] ^ 0x55);
  const std::string damaged = scratch.Write("damaged.gz", changed);
  EXPECT_EQ(FailureOf([&] { ReadFile(damaged); }).kind, DiagnosticKind::kBadDataFile);
}

TEST(FilesTest, RefusesAGzipFileMadeToFillMemory) {
  const Scratch scratch;
  const std::string bomb = scratch.Write("bomb.gz", Gzip(std::string(64 << 20, '\0')));
  EXPECT_THAT([&] { ReadFile(bomb); }, Fails(DiagnosticKind::kBadDataFile, "", "more than 200 times its size"));
}

TEST(FilesTest, RefusesWhatIsNotAReadableFile) {
  const Scratch scratch;
  EXPECT_THAT([&] { ReadFile(scratch.Path("none")); },
              Fails(DiagnosticKind::kCannotRead, "none", "No such file or directory"));
  EXPECT_THAT([&] { ReadFile(scratch.Path("")); }, Fails(DiagnosticKind::kCannotRead, "", "it is a directory"));
  ASSERT_EQ(mkfifo(scratch.Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT([&] { ReadFile(scratch.Path("fifo")); },
              Fails(DiagnosticKind::kCannotRead, "fifo", "not a regular file"));
}

TEST(FilesTest, WritesAtomicallyAndLeavesNothingBeside) {
  const Scratch scratch;
  scratch.Write("x", "old");
  WriteAtomically(scratch.Path("x"), "new");
  EXPECT_EQ(scratch.Read("x"), "new");
  const std::filesystem::directory_iterator files(scratch.Path(""));
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(FilesTest, WritesPiecesInTheirOrder) {
  const Scratch scratch;
  const std::string large(100'000, 'x');
  const std::vector<std::string_view> pieces = {"a", "", large, "b", "c", large, large, "d"};
  WriteAtomically(scratch.Path("x"), pieces);
  EXPECT_EQ(scratch.Read("x"), Joined(pieces));
}

TEST(FilesTest, FailedWriteKeepsTheOldAndSaysWhy) {
  const Scratch scratch;
  EXPECT_THAT([&] { WriteAtomically(scratch.Path("none/x"), "new"); },
              Fails(DiagnosticKind::kCannotWrite, "none/x", "No such file or directory"));
  std::filesystem::create_directory(scratch.Path("directory"));
  scratch.Write("directory/x", "old");
  EXPECT_EQ(FailureOf([&] { WriteAtomically(scratch.Path("directory"), "new"); }).kind, DiagnosticKind::kCannotWrite);
  EXPECT_EQ(scratch.Read("directory/x"), "old");
}

TEST(FilesTest, MakesDirectoriesUnlessAFileIsThere) {
  const Scratch scratch;
  MakeDirectories(scratch.Path("a/b/c"));
  MakeDirectories(scratch.Path("a/b/c"));
  EXPECT_TRUE(std::filesystem::is_directory(scratch.Path("a/b/c")));
  scratch.Write("file", "");
  EXPECT_EQ(FailureOf([&] { MakeDirectories(scratch.Path("file/x")); }).kind, DiagnosticKind::kCannotWrite);
}

}  // namespace
}  // namespace nnc::runtime
