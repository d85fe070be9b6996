// Validation: figures of other rows, and what a run does by them.
#include "tests/runtime/trainer_testing.h"

namespace nnc::runtime {
namespace {

TEST_F(TrainerTest, ValidatesAfterEachEpochInBatches) {
  SetData("v", {{1, 1}, {2, 2}, {3, 3}});
  plan_ = &program_.trains.front();
  plan_->validate = {{"v", ""}};
  plan_->batch = 2;
  plan_->epochs = 2;
  double w = 0.25;
  TrainFrom(w);
  for (const EpochDone& epoch : epochs_) {
    w = Reference(w, kRows, 2);
    ASSERT_TRUE(epoch.validate);
    EXPECT_EQ(epoch.validate->samples, 3);
    EXPECT_NEAR(epoch.validate->loss, (w - 1) * (w - 1) * 14 / 3, 1e-5);
    EXPECT_NEAR(epoch.validate->metrics[0].second, (2 * 2 + 1 * 1) / 3.0, 1e-6);
  }
}

TEST_F(TrainerTest, SplitsTrainAndValidate) {
  program_.data[0].split = {{"train", 3, false, {}}, {"test", 2, false, {}}};
  plan_->data = {{"d", "train"}};
  plan_->validate = {{"d", "test"}};
  EXPECT_NEAR(TrainFrom(0.25), Reference(0.25, {kRows.begin(), kRows.begin() + 3}, 3), 1e-6);
  EXPECT_EQ(epochs_[0].train.samples, 3);
  EXPECT_EQ(epochs_[0].validate->samples, 2);
}

TEST_F(TrainerTest, PatienceKeepsTheBestEpoch) {
  SetData("v", {{1, 1}});  // w passes 1 on its way to 1.7
  plan_->validate = {{"v", ""}};
  plan_->epochs = 50;
  plan_->patience = 2;
  const double kept = TrainFrom(0);
  double best = 1e9;
  int64_t best_epoch = 0;
  for (const EpochDone& epoch : epochs_) {
    if (epoch.validate->loss < best) best = epoch.validate->loss, best_epoch = epoch.epoch;
  }
  EXPECT_EQ(done_.kept_epoch, best_epoch);
  EXPECT_NEAR((kept - 1) * (kept - 1), best, 1e-6);
  EXPECT_EQ(static_cast<int64_t>(epochs_.size()), best_epoch + 2);
  EXPECT_LT(epochs_.size(), 50u);
}

TEST_F(TrainerTest, EvaluatesEverySplit) {
  program_.data[0].split = {{"train", 3, false, {}}, {"test", 2, false, {}}};
  SetData("v", {{1, 1}});
  plan_->data = {{"d", "train"}};
  plan_->validate = {{"v", ""}};
  Tensor w(ir::Element::kF32, {});
  w.set_number(0, 2);
  DataStore data(program_, Backend::kEvaluator);
  const auto splits = Evaluate(program_, *plan_, data, {{"w", w}}, {});
  ASSERT_EQ(splits.size(), 3u);
  EXPECT_EQ(splits[0].split, "d.train");
  EXPECT_NEAR(splits[0].figures.loss, (0 + 0.25 + 0) / 3, 1e-6);
  EXPECT_EQ(splits[1].split, "d.test");
  EXPECT_NEAR(splits[1].figures.loss, (1 + 0.25) / 2, 1e-6);
  EXPECT_EQ(splits[2].split, "v");
  EXPECT_NEAR(splits[2].figures.loss, 1, 1e-6);
  EXPECT_EQ(splits[2].figures.samples, 1);
}

}  // namespace
}  // namespace nnc::runtime
