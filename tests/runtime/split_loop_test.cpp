#include "runtime/split_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/shuffle.h"

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

TEST(ShuffleTest, ARoundIsAPermutationByItsNumber) {
  const RowOrder rows(10, 8);
  EXPECT_THAT(Round(rows, 3, std::nullopt), testing::ElementsAre(10, 11, 12, 13, 14, 15, 16, 17));
  const std::vector<int64_t> first = Round(rows, 0, 42), second = Round(rows, 1, 42);
  EXPECT_NE(first, second);
  EXPECT_EQ(Round(rows, 1, 42), second);
  EXPECT_THAT(second, testing::UnorderedElementsAreArray(rows.List()));
}

TEST(ShuffleTest, RoundsFollowOneAnother) {
  const RowOrder rows(std::vector<int64_t>{0, 1, 2});
  EXPECT_THAT(Rounds(rows, 2, 5, std::nullopt), testing::ElementsAre(2, 0, 1, 2, 0));
  std::vector<int64_t> expected = Round(rows, 0, 7);
  for (const int64_t row : Round(rows, 1, 7)) expected.push_back(row);
  EXPECT_EQ(Rounds(rows, 0, 6, 7), expected);
  EXPECT_EQ(Rounds(rows, 4, 1, 7), std::vector<int64_t>{expected[4]});
}

}  // namespace
}  // namespace nnc::runtime
