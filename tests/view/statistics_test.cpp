#include "view/statistics.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace nnc::view {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

runtime::Tensor Floats(const std::vector<double>& numbers) {
  runtime::Tensor tensor(ir::Element::kF32, {static_cast<int64_t>(numbers.size())});
  tensor.Write(0, numbers);
  return tensor;
}

runtime::Tensor Integers(const std::vector<double>& numbers) {
  runtime::Tensor tensor(ir::Element::kI32, {static_cast<int64_t>(numbers.size())});
  tensor.Write(0, numbers);
  return tensor;
}

TEST(Statistics, AreThoseOfFiniteNumbers) {
  double inf = std::numeric_limits<double>::infinity();
  Statistics all = StatisticsOf(Floats({1, std::nan(""), 3, -inf, 0, inf, 4}));
  EXPECT_EQ(all.count, 7);
  EXPECT_EQ(all.finite, 4);
  EXPECT_EQ(all.nan, 1);
  EXPECT_EQ(all.infinite, 2);
  EXPECT_EQ(all.zeros, 1);
  EXPECT_EQ(all.least, 0);
  EXPECT_EQ(all.greatest, 4);
  EXPECT_DOUBLE_EQ(all.mean, 2);
  EXPECT_DOUBLE_EQ(all.deviation, std::sqrt(2.5));
}

TEST(Statistics, KeepADeviationThatIsSmallBesideTheMean) {
  EXPECT_DOUBLE_EQ(StatisticsOf(Integers({1000000001, 1000000003})).deviation, 1);
}

TEST(Statistics, OfNothingAreZero) {
  Statistics none = StatisticsOf(Floats({}));
  EXPECT_EQ(none.count, 0);
  EXPECT_EQ(none.deviation, 0);
}

TEST(Counts, PutTheGreatestIntoTheLastBin) {
  runtime::Tensor tensor = Floats({0, 1, 1, 4, std::nan("")});
  EXPECT_THAT(CountsOf(tensor, StatisticsOf(tensor), 4), ElementsAre(1, 2, 0, 1));
  runtime::Tensor equal = Floats({5, 5});
  EXPECT_THAT(CountsOf(equal, StatisticsOf(equal), 3), ElementsAre(2, 0, 0));
}

TEST(Blocks, ShowEveryCountThatIsNotZero) { EXPECT_EQ(BlocksText({0, 1, 500, 1000}), " ▁▄█"); }

TEST(Distinct, AreCountedUpToALimit) {
  EXPECT_THAT(DistinctOf(Integers({2, -1, 2}), 2), ElementsAre(Pair(-1, 1), Pair(2, 2)));
  EXPECT_THAT(DistinctOf(Integers({2, -1, 3}), 2), IsEmpty());
}

}  // namespace
}  // namespace nnc::view
