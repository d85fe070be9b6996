#include "runtime/split_loop.h"

#include <gtest/gtest.h>

namespace nnc::runtime {
namespace {

TEST(PacerTest, AimsAtATenthOfASecond) {
  Pacer pacer;
  EXPECT_EQ(pacer.batches(), 1);
  pacer.Took(1, 0.001);
  EXPECT_EQ(pacer.batches(), 100);
  pacer.Took(100, 0.2);
  EXPECT_EQ(pacer.batches(), 50);
}

TEST(PacerTest, StaysWithinBounds) {
  Pacer pacer;
  pacer.Took(1, 100);
  EXPECT_EQ(pacer.batches(), 1);
  pacer.Took(1'000'000'000, 0);
  EXPECT_GT(pacer.batches(), 1'000'000);
}

TEST(BatchesTest, RowsFallIntoWholeBatchesAndATail) {
  const auto shape = [](int64_t rows, int64_t batch, bool drop_last) {
    const Batches b = PlanBatches(rows, batch, drop_last);
    return std::array<int64_t, 3>{b.batch, b.tail, b.count};
  };
  EXPECT_EQ(shape(10, 4, false), (std::array<int64_t, 3>{4, 2, 3}));
  EXPECT_EQ(shape(10, 4, true), (std::array<int64_t, 3>{4, 0, 2}));
  EXPECT_EQ(shape(8, 4, false), (std::array<int64_t, 3>{4, 0, 2}));
  EXPECT_EQ(shape(10, 0, false), (std::array<int64_t, 3>{10, 0, 1}));
  EXPECT_EQ(shape(10, 11, true), (std::array<int64_t, 3>{10, 0, 1}));
  EXPECT_EQ(shape(10, 1, false), (std::array<int64_t, 3>{1, 0, 10}));
}

}  // namespace
}  // namespace nnc::runtime
