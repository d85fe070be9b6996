#include "codegen/machine_limits.h"

#include <gtest/gtest.h>

namespace nnc::codegen {
namespace {

const MachineLimits kMachine = {1, 100, {{"L1", 1000, 50}, {"memory", 1'000'000, 5}}};

TEST(MachineLimits, WorkTakesAsLongAsItsScarcerPart) {
  EXPECT_DOUBLE_EQ(kMachine.LeastSeconds({.flops = 200, .bytes = 50}), 2);
  EXPECT_DOUBLE_EQ(kMachine.LeastSeconds({.flops = 200, .bytes = 500}), 10);
}

TEST(MachineLimits, BytesComeFromTheNearestLevelThatHoldsThem) {
  EXPECT_DOUBLE_EQ(kMachine.LeastSeconds({.flops = 0, .bytes = 1000}), 20);
  EXPECT_DOUBLE_EQ(kMachine.LeastSeconds({.flops = 0, .bytes = 1005}), 201);
}

TEST(MachineLimits, AreMeasuredOnAnyNumberOfThreads) {
  for (const int threads : {1, 2}) {
    const MachineLimits limits = MeasureLimits(threads);
    EXPECT_EQ(limits.threads, threads);
    EXPECT_GT(limits.flops_per_second, 0);
    EXPECT_EQ(limits.levels.front().name, "L1");
    EXPECT_EQ(limits.levels.back().name, "memory");
    for (const MachineLimits::Level& level : limits.levels) EXPECT_GT(level.bytes_per_second, 0);
  }
}

}  // namespace
}  // namespace nnc::codegen
