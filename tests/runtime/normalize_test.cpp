#include "runtime/normalize.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

Tensor Floats(std::vector<int64_t> shape, const std::vector<double>& numbers) {
  Tensor tensor(ir::Element::kF64, std::move(shape));
  tensor.Write(0, numbers);
  return tensor;
}

TEST(NormalizeTest, StatisticsAreOfTheGivenRowsAlone) {
  const Tensor values = Floats({3, 2}, {1, 10, 3, 30, 1000, 1000});
  const RowOrder rows(0, 2);
  const Statistics statistics = ComputeStatistics(values, rows, {});
  EXPECT_THAT(Numbers(statistics.mean), ElementsAre(2, 20));
  EXPECT_THAT(Numbers(statistics.deviation), ElementsAre(1, 10));
}

TEST(NormalizeTest, EveryRowIsChanged) {
  Tensor values = Floats({3, 2}, {1, 10, 3, 30, 5, 0});
  Normalize(values, {Floats({2}, {2, 20}), Floats({2}, {1, 10})});
  EXPECT_THAT(Numbers(values), ElementsAre(-1, -1, 1, 1, 3, -2));
}

TEST(NormalizeTest, PooledAxesShareAMean) {
  Tensor values = Floats({1, 2, 2, 2}, {0, 2, 4, 6, 10, 10, 30, 30});
  const RowOrder rows(0, 1);
  const Statistics statistics = ComputeStatistics(values, rows, {1, 2});
  EXPECT_THAT(statistics.mean.shape(), ElementsAre(2, 1, 1));
  EXPECT_THAT(Numbers(statistics.mean), ElementsAre(3, 20));
  EXPECT_THAT(Numbers(statistics.deviation), ElementsAre(std::sqrt(5.0), 10));
  Normalize(values, statistics);
  const double unit = 1 / std::sqrt(5.0);
  EXPECT_THAT(Numbers(values), Pointwise(DoubleNear(1e-15), {-3 * unit, -unit, unit, 3 * unit, -1.0, -1.0, 1.0, 1.0}));
}

TEST(NormalizeTest, PoolingTheFirstAxisKeepsTheSecond) {
  const Tensor values = Floats({2, 2, 2}, {1, 10, 3, 20, 5, 30, 7, 40});
  const RowOrder rows(0, 2);
  const Statistics statistics = ComputeStatistics(values, rows, {0});
  EXPECT_THAT(statistics.mean.shape(), ElementsAre(1, 2));
  EXPECT_THAT(Numbers(statistics.mean), ElementsAre(4, 25));
}

TEST(NormalizeTest, AConstantFeatureBecomesZero) {
  Tensor values = Floats({2, 1}, {7, 7});
  const RowOrder rows(0, 2);
  Normalize(values, ComputeStatistics(values, rows, {}));
  EXPECT_THAT(Numbers(values), ElementsAre(0, 0));
}

TEST(NormalizeTest, ALargeMeanDoesNotCancelTheVariance) {
  const Tensor values = Floats({2, 1}, {1e9 - 1, 1e9 + 1});
  const RowOrder rows(0, 2);
  EXPECT_THAT(Numbers(ComputeStatistics(values, rows, {}).deviation), ElementsAre(1));
}

}  // namespace
}  // namespace nnc::runtime
