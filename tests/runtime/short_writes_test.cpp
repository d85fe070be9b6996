// What the system may do without failing: take fewer bytes than it is given, and be interrupted.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/files.h"
#include "tests/runtime/scratch.h"

namespace {

size_t most = SIZE_MAX;  // bytes that a write takes
int writes = 0;

}  // namespace

// In place of the library's.
extern "C" ssize_t write(int fd, const void* bytes, size_t count) {
  if (most != SIZE_MAX && ++writes % 3 == 0) {
    errno = EINTR;
    return -1;
  }
  return syscall(SYS_write, fd, bytes, std::min(count, most));
}

namespace nnc::runtime {
namespace {

class ShortWritesTest : public testing::Test {
 protected:
  ~ShortWritesTest() override { most = SIZE_MAX; }
  Scratch scratch_;
};

TEST_F(ShortWritesTest, AreGoneOnFrom) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += std::to_string(i);
  most = 7;
  WriteAtomically(scratch_.Path("x"), bytes);
  EXPECT_GT(writes, 400);
  EXPECT_EQ(scratch_.Read("x"), bytes);
}

TEST_F(ShortWritesTest, OfNothingEnd) {
  scratch_.Write("x", "old");
  most = 0;
  EXPECT_THAT([&] { WriteAtomically(scratch_.Path("x"), "new"); },
              Fails(DiagnosticKind::kCannotWrite, "x", "nothing more is taken"));
  EXPECT_EQ(scratch_.Read("x"), "old");
}

}  // namespace
}  // namespace nnc::runtime
