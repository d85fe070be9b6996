#include "runtime/run_directory.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

TEST(RunDirectoryTest, BelongsToOneRunAtATime) {
  const Scratch scratch;
  const std::string path = scratch.Path("a/run");
  std::optional<RunDirectory> first(path);
  EXPECT_EQ(first->checkpoint(), path + "/checkpoint");
  EXPECT_THAT([&] { const RunDirectory second(path); }, Fails(DiagnosticKind::kDirectoryInUse, "run", "another run"));
  first.reset();
  const RunDirectory third(path);
}

TEST(RunDirectoryTest, IsRidOfWhatKilledRunsLeft) {
  const Scratch scratch;
  for (const char* name : {"checkpoint", "checkpoint.tmp.17", "weights.safetensors.tmp.4", "mine.tmp.17"}) {
    scratch.Write(name, "x");
  }
  const RunDirectory directory(scratch.Path(""));
  EXPECT_EQ(scratch.Read("checkpoint"), "x");
  EXPECT_EQ(scratch.Read("mine.tmp.17"), "x");
  EXPECT_FALSE(std::filesystem::exists(scratch.Path("checkpoint.tmp.17")));
  EXPECT_FALSE(std::filesystem::exists(scratch.Path("weights.safetensors.tmp.4")));
}

TEST(RunDirectoryTest, NoNameIsNoDirectory) {
  const RunDirectory none("");
  EXPECT_EQ(none.checkpoint(), "");
  EXPECT_EQ(none.weights(), "");
}

}  // namespace
}  // namespace nnc::runtime
