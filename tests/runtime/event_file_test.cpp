#include "runtime/event_file.h"

#include <gtest/gtest.h>

#include "runtime/files.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

TEST(EventFile, BeginsWithTheVersion) {
  Scratch scratch;
  EventFile file(scratch.Path("events"));
  const std::string bytes = ReadFile(file.path());
  // Length 24, and the masked CRC-32C of its eight bytes (crcmod); then a time (field 1) and "brain.Event:2" (field 3).
  ASSERT_EQ(bytes.size(), 8u + 4 + 24 + 4);
  EXPECT_EQ(bytes.substr(0, 12), std::string("\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22", 12));
  EXPECT_EQ(bytes[12], 0x09);
  EXPECT_EQ(bytes.substr(21, 15),
            "\x1a\x0d"
            "brain.Event:2");
}

TEST(EventFile, TwoInOneDirectoryHaveNamesOfTheirOwn) {
  Scratch scratch;
  EventFile one(scratch.Path("events")), two(scratch.Path("events"));
  EXPECT_NE(one.path(), two.path());
}

}  // namespace
}  // namespace nnc::runtime
