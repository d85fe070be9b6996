#include "runtime/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;

std::vector<int64_t> SizesOf(const DataPlan& plan, int64_t rows) {
  std::vector<int64_t> sizes;
  for (const Split& split : SplitRows(plan, rows)) sizes.push_back(split.rows.size());
  return sizes;
}

TEST(SplitTest, WithoutPartsTheWholeSetInFileOrder) {
  const std::vector<Split> splits = SplitRows({}, 4);
  ASSERT_EQ(splits.size(), 1u);
  EXPECT_EQ(splits[0].name, "");
  EXPECT_THAT(splits[0].rows.List(), ElementsAre(0, 1, 2, 3));
}

TEST(SplitTest, FractionsThatAddUpToOneUseEveryRow) {
  DataPlan plan;
  plan.split = {{"train", 0.8, true, {}}, {"val", 0.1, true, {}}, {"test", 0.1, true, {}}};
  for (const int64_t rows : {10, 11, 15, 150, 569, 1797}) {
    std::vector<int64_t> all;
    for (const Split& split : SplitRows(plan, rows)) {
      for (int64_t place = 0; place < split.rows.size(); ++place) all.push_back(split.rows[place]);
    }
    std::sort(all.begin(), all.end());
    std::vector<int64_t> expected(static_cast<size_t>(rows));
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(all, expected);
  }
  EXPECT_THAT(SizesOf(plan, 150), ElementsAre(120, 15, 15));
}

TEST(SplitTest, CountsAndFractionsMix) {
  DataPlan plan;
  plan.split = {{"train", 7, false, {}}, {"test", 0.25, true, {}}};
  EXPECT_THAT(SizesOf(plan, 12), ElementsAre(7, 3));  // two rows are in no part
}

TEST(SplitTest, TheSeedShufflesAndNothingElseDoes) {
  DataPlan plan;
  plan.split = {{"train", 1.0, true, {}}};
  const std::vector<int64_t> first = SplitRows(plan, 100)[0].rows.List();
  EXPECT_EQ(SplitRows(plan, 100)[0].rows.List(), first);
  EXPECT_FALSE(std::is_sorted(first.begin(), first.end()));
  plan.seed = 1;
  EXPECT_NE(SplitRows(plan, 100)[0].rows.List(), first);
}

TEST(SplitTest, WithoutShuffleItCutsInFileOrder) {
  DataPlan plan;
  plan.shuffle = false;
  plan.split = {{"train", 3, false, {}}, {"test", 2, false, {}}};
  const std::vector<Split> splits = SplitRows(plan, 6);
  EXPECT_THAT(splits[0].rows.List(), ElementsAre(0, 1, 2));
  EXPECT_THAT(splits[1].rows.List(), ElementsAre(3, 4));
}

TEST(SplitTest, RowsInFileOrderTakeNoMemory) {
  constexpr int64_t kRows = int64_t{1} << 50;
  EXPECT_THAT(SizesOf({}, kRows), ElementsAre(kRows));
  DataPlan plan;
  plan.shuffle = false;
  plan.split = {{"train", 0.75, true, {}}, {"test", 0.25, true, {}}};
  const std::vector<Split> splits = SplitRows(plan, kRows);
  EXPECT_EQ(splits[1].rows.size(), kRows / 4);
  EXPECT_EQ(splits[1].rows[5], kRows / 4 * 3 + 5);
}

TEST(SplitTest, PartsThatTheRowsDoNotAllowAreErrors) {
  DataPlan plan;
  plan.name = "iris";
  plan.split = {{"train", 0.9, true, {}}, {"test", 20, false, {}}};
  EXPECT_THAT([&] { SplitRows(plan, 150); },
              Fails(DiagnosticKind::kBadSplit, "", "`test` needs rows up to number 155, but `iris` has 150"));
  plan.split = {{"train", 1.0, true, {}}, {"test", 0.001, true, {}}};
  EXPECT_THAT([&] { SplitRows(plan, 150); }, Fails(DiagnosticKind::kBadSplit, "", "`test` gets none of the 150 rows"));
}

}  // namespace
}  // namespace nnc::runtime
