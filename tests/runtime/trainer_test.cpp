// Steps, batches and epochs of a training run.
#include <cmath>
#include <set>

#include "tests/runtime/trainer_testing.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;

TEST_F(TrainerTest, FullBatchIsOneStepAnEpoch) {
  plan_->epochs = 3;
  double expected = 0.25;
  for (int i = 0; i < 3; ++i) expected = Reference(expected, kRows, kRows.size());
  EXPECT_NEAR(TrainFrom(0.25), expected, 1e-6);
  EXPECT_EQ(done_.steps, 3);
  EXPECT_EQ(epochs_.size(), 3u);
  EXPECT_EQ(epochs_[2].epoch, 3);
  EXPECT_EQ(epochs_[2].train.samples, 5);
}

TEST_F(TrainerTest, ABatchBeyondTheRowsIsTheFullBatch) {
  plan_->batch = 100;
  EXPECT_NEAR(TrainFrom(0.25), Reference(0.25, kRows, kRows.size()), 1e-6);
  EXPECT_EQ(start_.batch, 5);
}

TEST_F(TrainerTest, PartialBatchesCountByTheirRows) {
  plan_->batch = 2;
  double sum = 0;
  const double expected = Reference(0.25, kRows, 2, &sum);
  EXPECT_NEAR(TrainFrom(0.25), expected, 1e-6);
  EXPECT_EQ(done_.steps, 3);
  const Figures& figures = epochs_[0].train;
  EXPECT_EQ(figures.samples, 5);
  EXPECT_NEAR(figures.loss, sum / 5, 1e-6);
  EXPECT_NEAR(figures.metrics[0].second, (2 * 2 + 2 * 2 + 1 * 1) / 5.0, 1e-6);
}

TEST_F(TrainerTest, DropLastLeavesThePartialBatchOut) {
  plan_->batch = 2;
  plan_->drop_last = true;
  EXPECT_NEAR(TrainFrom(0.25), Reference(0.25, {kRows.begin(), kRows.begin() + 4}, 2), 1e-6);
  EXPECT_EQ(epochs_[0].train.samples, 4);
  EXPECT_EQ(start_.batches, 2);
}

TEST_F(TrainerTest, OneSampleAStep) {
  plan_->batch = 1;
  EXPECT_NEAR(TrainFrom(0.25), Reference(0.25, kRows, 1), 1e-6);
  EXPECT_EQ(done_.steps, 5);
}

TEST_F(TrainerTest, StepAndEpochReachTheStep) {
  plan_->batch = 3;
  plan_->epochs = 2;
  Train();
  // 2 epochs of 2 batches: 4 steps. progress = 1000 step + 100 epoch + 10 steps + epochs.
  EXPECT_NEAR(epochs_[0].train.metrics[1].second, (3 * (10 * 4 + 2) + 2 * (1000 + 10 * 4 + 2)) / 5.0, 1e-3);
  EXPECT_NEAR(epochs_[1].train.metrics[1].second, (3 * (2000 + 100 + 42) + 2 * (3000 + 100 + 42)) / 5.0, 1e-3);
}

TEST_F(TrainerTest, StepsMayEndWithinAnEpoch) {
  plan_->batch = 2;
  options_.steps = 4;
  Train();
  EXPECT_EQ(done_.steps, 4);
  ASSERT_EQ(epochs_.size(), 2u);
  EXPECT_EQ(epochs_[1].train.samples, 2);
  EXPECT_EQ(start_.epochs, 2);
}

TEST_F(TrainerTest, TheCommandLinesEpochsReplaceThePlansSteps) {
  plan_->epochs = 0;
  plan_->steps = 1000;
  options_.epochs = 2;
  Train();
  EXPECT_EQ(done_.steps, 2);
}

TEST_F(TrainerTest, ARunThatDoesNotSayHowLongIsAnError) {
  plan_->epochs = 0;
  EXPECT_THAT([&] { Train(); }, Fails(DiagnosticKind::kMissingSetting, "", "does not say how long"));
}

TEST_F(TrainerTest, TheSameSeedGivesTheSameBitsOnAnyThreads) {
  plan_->shuffle = true;
  plan_->batch = 1;
  plan_->epochs = 4;
  const double first = Train();
  EXPECT_EQ(Train(), first);
  options_.codegen.threads = 2;
  EXPECT_EQ(Train(), first);
  options_.seed = 1;
  EXPECT_NE(Train(), first);
}

TEST_F(TrainerTest, EveryEpochShufflesAnew) {
  // The loss is x times the step: its sum over an epoch tells the order of the rows.
  program_.module = ReadProgram(R"(func @fit.init(%seed: i64) -> (f32) {
  %w = constant {element = f32, shape = [], value = 0.0} : f32
  return w = %w
}

func @fit.step(%w: f32, %x: f32[B], %step: i64) -> (f32, f32) {
  %s = reduce_sum %x {axes = [0], keepdims = false} : f32
  %t = cast %step {element = f32} : f32
  %l = mul %s, %t : f32
  return w = %s, loss = %l
}
)")
                        .module;
  SetData("d", {{1, 0}, {10, 0}, {100, 0}, {1000, 0}, {10000, 0}});
  plan_->metrics = {};
  plan_->batch = 1;
  plan_->epochs = 6;
  const auto orders = [&] {
    Train();
    std::set<int64_t> seen;
    for (const EpochDone& epoch : epochs_) {
      const double later_start = 5.0 * static_cast<double>(epoch.epoch - 1) * 11111;
      seen.insert(std::llround(epoch.train.loss * 5 - later_start));
    }
    return seen;
  };
  EXPECT_THAT(orders(), ElementsAre(43210));  // in file order: 0 * 1 + 1 * 10 + ... + 4 * 10000
  plan_->shuffle = true;
  EXPECT_GT(orders().size(), 3u);
}

TEST_F(TrainerTest, WithoutDataStepsCount) {
  program_.module = ReadProgram(R"(func @fit.init(%seed: i64) -> (f32) {
  %w = constant {element = f32, shape = [], value = 4.0} : f32
  return w = %w
}

func @fit.step(%w: f32) -> (f32, f32) {
  %half = constant {element = f32, shape = [], value = 0.5} : f32
  %new = mul %w, %half : f32
  return w = %new, loss = %w
}
)")
                        .module;
  plan_->data = {};
  plan_->metrics = {};
  plan_->epochs = 0;
  plan_->steps = 3;
  EXPECT_EQ(Train(), 0.5);
  ASSERT_EQ(epochs_.size(), 1u);
  EXPECT_NEAR(epochs_[0].train.loss, (4 + 2 + 1) / 3.0, 1e-6);
  plan_->steps = 0;
  EXPECT_THAT([&] { Train(); }, Fails(DiagnosticKind::kMissingSetting, "", "needs `steps`"));
}

TEST_F(TrainerTest, DataConstantsReachTheStepAndTheWeights) {
  program_.module = ReadProgram(R"(func @fit.init(%seed: i64) -> (f32) {
  %w = constant {element = f32, shape = [], value = 0.0} : f32
  return w = %w
}

func @fit.step(%w: f32, %d.x.mean: f32, %x: f32[B]) -> (f32, f32) {
  %new = add %w, %d.x.mean : f32
  %s = reduce_max %x {axes = [0], keepdims = false} : f32
  return w = %new, loss = %s
}
)")
                        .module;
  plan_->metrics = {};
  program_.data[0].normalize = {{{"x"}, {}, "", {}}};
  program_.constants = {{"d.x.mean", "d", "x", false, ir::Element::kF32}};
  EXPECT_NEAR(Train(), 0.55, 1e-6);
  EXPECT_NEAR(weights_.at("d.x.mean").number(0), 0.55, 1e-6);
}

}  // namespace
}  // namespace nnc::runtime
