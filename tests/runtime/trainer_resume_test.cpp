// Checkpoints: a run that was stopped goes on with the same bits.
#include <cmath>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/runtime/trainer_testing.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;

class ResumeTest : public TrainerTest {
 protected:
  ResumeTest() {
    plan_->shuffle = true;
    plan_->batch = 2;
    plan_->epochs = 4;  // of 3 steps
    options_.out = scratch_.Path("run");
  }
  // Trains until `steps` steps are done, as an interrupt would end it.
  void StopAfter(int64_t steps) {
    TrainOptions options = options_;
    options_.stop = [&, asked = int64_t{0}]() mutable { return asked++ == steps; };
    EXPECT_TRUE(std::isnan(Train()));
    options_ = options;
  }
  std::string Bytes() const { return scratch_.Read("run/weights.safetensors"); }
};

TEST_F(ResumeTest, EndsAsAnUninterruptedRunDoes) {
  Train();
  const std::string whole = Bytes();
  const std::vector<EpochDone> epochs = epochs_;
  for (const int64_t asked : {0, 1, 2, 3, 4}) {  // within epochs, at their ends, before the first
    std::filesystem::remove_all(options_.out);
    StopAfter(asked);
    EXPECT_FALSE(std::filesystem::exists(scratch_.Path("run/weights.safetensors")));
    options_.resume = true;
    Train();
    options_.resume = false;
    EXPECT_EQ(start_.resumed_step, stopped_.step);
    EXPECT_EQ(Bytes(), whole) << "stopped at step " << stopped_.step;
    EXPECT_EQ(epochs_.back().train.loss, epochs.back().train.loss);
    std::istringstream lines(scratch_.Read("run/metrics.jsonl"));
    int count = 0;
    for (std::string line; std::getline(lines, line);) ++count;
    EXPECT_EQ(count, 4);
  }
}

TEST_F(ResumeTest, SeveralTimesOver) {
  Train();
  const std::string whole = Bytes();
  std::filesystem::remove_all(options_.out);
  options_.resume = true;
  for (int i = 0; i < 3; ++i) StopAfter(1);
  Train();
  EXPECT_EQ(Bytes(), whole);
}

TEST_F(ResumeTest, WithoutACheckpointStartsAnew) {
  options_.resume = true;
  Train();
  EXPECT_EQ(start_.resumed_step, 0);
  EXPECT_EQ(done_.steps, 12);
}

TEST_F(ResumeTest, AFinishedRunGoesOnForMoreEpochs) {
  plan_->epochs = 7;
  const double whole = Train();
  plan_->epochs = 4;
  Train();
  options_.resume = true;
  EXPECT_EQ(Train(), weights_.at("w").number(0));  // nothing is left to do
  EXPECT_EQ(done_.steps, 12);
  EXPECT_EQ(done_.last.epoch, 4);
  options_.steps = 13;  // in the middle of an epoch
  Train();
  options_.steps.reset();
  options_.epochs = 7;
  EXPECT_EQ(Train(), whole);
}

TEST_F(ResumeTest, CheckpointsAreWrittenEveryFewEpochs) {
  plan_->checkpoint_every = 2;
  std::vector<bool> there;
  Train();
  const std::string whole = Bytes();
  std::filesystem::remove_all(options_.out);
  plan_->epochs = 3;  // ends as a crash would: the last checkpoint is that of epoch 2
  DataStore data(program_, Backend::kEvaluator);
  TrainObserver observer;
  observer.epoch = [&](const EpochDone& epoch) {
    there.push_back(std::filesystem::exists(scratch_.Path("run/checkpoint")));
    if (epoch.epoch == 3) throw std::runtime_error("crash");
  };
  EXPECT_THROW(runtime::Train(program_, *plan_, data, options_, observer), std::runtime_error);
  EXPECT_THAT(there, ElementsAre(false, false, true));
  plan_->epochs = 4;
  options_.resume = true;
  Train();
  EXPECT_EQ(start_.resumed_step, 6);
  EXPECT_EQ(Bytes(), whole);
}

TEST_F(ResumeTest, ARunBegunAnewIsNotResumedFromTheOneBefore) {
  TrainFrom(5);
  const TensorMap earlier = std::exchange(options_.weights, {});
  const std::string other = Bytes();
  std::filesystem::remove_all(options_.out);
  Train();
  const std::string whole = Bytes();
  ASSERT_NE(whole, other);
  options_.weights = earlier;
  Train();
  options_.weights = {};
  DataStore data(program_, Backend::kEvaluator);
  TrainObserver observer;
  observer.start = [](const TrainStart&) { throw std::runtime_error("crash"); };
  EXPECT_THROW(runtime::Train(program_, *plan_, data, options_, observer), std::runtime_error);
  options_.resume = true;
  Train();
  EXPECT_EQ(Bytes(), whole);
}

TEST_F(ResumeTest, PatienceIsRemembered) {
  SetData("v", {{1, 1}});  // w passes 1 on its way to 1.7
  plan_ = &program_.trains.front();
  plan_->validate = {{"v", ""}};
  plan_->epochs = 50;
  plan_->patience = 2;
  plan_->batch = 0;
  TrainFrom(0);
  const int64_t kept = done_.kept_epoch;
  const std::string whole = Bytes();
  ASSERT_GT(kept, 2);
  std::filesystem::remove_all(options_.out);
  StopAfter(kept);  // the best epoch is behind
  options_.resume = true;
  Train();
  EXPECT_EQ(done_.kept_epoch, kept);
  EXPECT_EQ(Bytes(), whole);
  Train();  // it has stopped, and stays so
  EXPECT_EQ(done_.kept_epoch, kept);
  EXPECT_EQ(Bytes(), whole);
}

TEST_F(ResumeTest, AnotherProgramSeedOrBatchIsRefused) {
  Train();
  options_.resume = true;
  options_.seed = 5;
  EXPECT_THAT([&] { Train(); }, Fails(DiagnosticKind::kCheckpointMismatch, "run/checkpoint", "of seed 0, not 5"));
  options_.seed.reset();
  plan_->batch = 1;
  EXPECT_THAT([&] { Train(); }, Fails(DiagnosticKind::kCheckpointMismatch, "run/checkpoint", "has changed since"));
}

}  // namespace
}  // namespace nnc::runtime
