#include "runtime/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>

#include "runtime/report.h"
#include "runtime/safetensors.h"
#include "tests/runtime/ir_program.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;
using testing::HasSubstr;

// Least squares of y = w x by gradient descent with rate 0.1; `size` is the batch's rows, `progress` is 1000 step + 100
// epoch + 10 steps + epochs.
constexpr char kRegression[] = R"(func @fit.init(%seed: i64) -> (f32) {
  %w = uniform %seed {element = f32, shape = []} : f32
  return w = %w
}

func @fit.step(%w: f32, %x: f32[B], %y: f32[B], %step: i64, %steps: i64, %epoch: i64, %epochs: i64) -> (f32, f32, f32, f32) {
  %count = size {dim = B} : i64
  %n = cast %count {element = f32} : f32
  %p = mul %w, %x : f32[B]
  %e = sub %p, %y : f32[B]
  %sq = mul %e, %e : f32[B]
  %s = reduce_sum %sq {axes = [0], keepdims = false} : f32
  %l = div %s, %n : f32
  %g = mul %e, %x : f32[B]
  %gs = reduce_sum %g {axes = [0], keepdims = false} : f32
  %gm = div %gs, %n : f32
  %rate = constant {element = f32, shape = [], value = 0.2} : f32
  %d = mul %rate, %gm : f32
  %new = sub %w, %d : f32
  %ten = constant {element = i64, shape = [], value = 10} : i64
  %a = mul %step, %ten : i64
  %b = add %a, %epoch : i64
  %c = mul %b, %ten : i64
  %f = add %c, %steps : i64
  %h = mul %f, %ten : i64
  %k = add %h, %epochs : i64
  %m = cast %k {element = f32} : f32
  return w = %new, loss = %l, size = %n, progress = %m
}

func @fit.eval(%w: f32, %x: f32[B], %y: f32[B]) -> (f32, f32, f32) {
  %count = size {dim = B} : i64
  %n = cast %count {element = f32} : f32
  %p = mul %w, %x : f32[B]
  %e = sub %p, %y : f32[B]
  %sq = mul %e, %e : f32[B]
  %s = reduce_sum %sq {axes = [0], keepdims = false} : f32
  %l = div %s, %n : f32
  return loss = %l, size = %n, progress = %w
}
)";

using Rows = std::vector<std::pair<double, double>>;

class TrainerTest : public testing::Test {
 protected:
  TrainerTest() {
    plan_ = &program_.trains.emplace_back();
    plan_->name = "fit";
    plan_->data = {{"d", ""}};
    plan_->fields = {{"x", 0, "x"}, {"y", 0, "y"}};
    plan_->metrics = {"size", "progress"};
    plan_->step_function = "fit.step";
    plan_->eval_function = "fit.eval";
    plan_->init_function = "fit.init";
    plan_->shuffle = false;
    plan_->epochs = 1;
    program_.parameters = {{"w", Element::kF32, {}, true, false}};
    SetData("d", kRows);
  }

  DataPlan& SetData(const std::string& name, const Rows& rows) {
    std::string text;
    for (const auto& [x, y] : rows) text += std::to_string(x) + "," + std::to_string(y) + "\n";
    FieldSource source{};
    source.kind = FieldSource::kCsv;
    source.path = scratch_.Write(name + ".csv", text);
    DataPlan plan;
    plan.name = name;
    plan.shuffle = false;
    for (const int64_t column : {0, 1}) {
      source.columns = {column};
      plan.fields.push_back({column == 0 ? "x" : "y", Element::kF32, -1, source, {}});
    }
    std::erase_if(program_.data, [&](const DataPlan& other) { return other.name == name; });
    return program_.data.emplace_back(std::move(plan));
  }

  // Trains from w = `w` and keeps what the observer saw.
  double TrainFrom(double w) {
    Tensor initial(Element::kF32, {});
    initial.set_number(0, w);
    options_.weights = {{"w", initial}};
    return Train();
  }
  double Train() {
    epochs_.clear();
    DataStore data(program_, Backend::kEvaluator);
    const TrainObserver observer{[&](const TrainStart& start) { start_ = start; }, [](const TrainProgress&) {},
                                 [&](const EpochDone& epoch) { epochs_.push_back(epoch); },
                                 [&](const TrainDone& done) { done_ = done; },
                                 [&](const TrainStopped& stopped) { stopped_ = stopped; }};
    auto weights = runtime::Train(program_, *plan_, data, options_, observer);
    if (!weights) return NAN;
    weights_ = std::move(*weights);
    return weights_.at("w").number(0);
  }

  // The same steps in double, in file order; adds each batch's loss times its rows to `sum`.
  static double Reference(double w, const Rows& rows, size_t batch, double* sum = nullptr) {
    for (size_t begin = 0; begin < rows.size(); begin += batch) {
      const size_t end = std::min(rows.size(), begin + batch);
      const double n = static_cast<double>(end - begin);
      double loss = 0, gradient = 0;
      for (size_t i = begin; i < end; ++i) {
        const double error = w * rows[i].first - rows[i].second;
        loss += error * error;
        gradient += error * rows[i].first;
      }
      if (sum != nullptr) *sum += loss;
      w -= 0.2 * gradient / n;
    }
    return w;
  }

  inline static const Rows kRows = {{1, 2}, {0.5, 1.5}, {-1, -2}, {2, 3}, {0.25, 1}};
  Scratch scratch_;
  Program program_ = ReadProgram(kRegression);
  TrainPlan* plan_;
  TrainOptions options_;
  TrainStart start_;
  std::vector<EpochDone> epochs_;
  TrainDone done_;
  TrainStopped stopped_;
  TensorMap weights_;
};

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

TEST_F(TrainerTest, ANonFiniteLossEndsTheRunAndNamesTheStep) {
  EXPECT_THAT([&] { TrainFrom(1e30); }, Fails(DiagnosticKind::kNonFinite, "", "the loss became infinite at step 0"));
  EXPECT_THAT([&] { TrainFrom(NAN); }, Fails(DiagnosticKind::kNonFinite, "", "the loss became NaN at step 0"));
  SetData("d", {{1e10, 1}, {1, 1}});
  plan_->batch = 1;
  plan_->epochs = 5;
  EXPECT_THAT([&] { TrainFrom(0); }, Fails(DiagnosticKind::kNonFinite, "", "at step 3"));
  EXPECT_EQ(InfoOf(DiagnosticKind::kNonFinite).exit_code, 5);
}

TEST_F(TrainerTest, ANonFiniteValidationLossEndsTheRun) {
  SetData("v", {{1e30, 1}});
  plan_->validate = {{"v", ""}};
  EXPECT_THAT([&] { TrainFrom(0); }, Fails(DiagnosticKind::kNonFinite, "", "the validation loss became infinite"));
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

TEST_F(TrainerTest, WritesWeightsAndMetrics) {
  plan_->epochs = 2;
  options_.out = scratch_.Path("runs/fit");
  Train();
  EXPECT_EQ(done_.weights_path, options_.out + "/weights.safetensors");
  EXPECT_EQ(ReadSafetensors(done_.weights_path).tensors, weights_);
  std::istringstream lines(scratch_.Read("runs/fit/metrics.jsonl"));
  std::vector<std::string> read;
  for (std::string line; std::getline(lines, line);) read.push_back(line);
  EXPECT_THAT(read, ElementsAre(EpochJson(epochs_[0]), EpochJson(epochs_[1])));
  Train();  // a new run does not append to the old one's
  EXPECT_THAT(scratch_.Read("runs/fit/metrics.jsonl"), HasSubstr("{\"event\":\"epoch\",\"epoch\":1"));
}

TEST_F(TrainerTest, AnOutDirectoryThatCannotBeMadeIsAnErrorBeforeTraining) {
  scratch_.Write("file", "");
  options_.out = scratch_.Path("file/out");
  EXPECT_EQ(FailureOf([&] { Train(); }).kind, DiagnosticKind::kCannotWrite);
  EXPECT_TRUE(epochs_.empty());
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
  program_.constants = {{"d.x.mean", "d", "x", false, Element::kF32}};
  EXPECT_NEAR(Train(), 0.55, 1e-6);
  EXPECT_NEAR(weights_.at("d.x.mean").number(0), 0.55, 1e-6);
}

TEST_F(TrainerTest, StartSaysWhatWillRun) {
  plan_->batch = 2;
  plan_->epochs = 3;
  options_.seed = 9;
  Train();
  EXPECT_EQ(start_.run, "fit");
  EXPECT_EQ(start_.parameters, 1);
  EXPECT_EQ(start_.rows, 5);
  EXPECT_EQ(start_.batches, 3);
  EXPECT_EQ(start_.steps, 9);
  EXPECT_EQ(start_.seed, 9);
  EXPECT_GT(start_.peak_bytes, 0);
}

TEST_F(TrainerTest, EvaluatesEverySplit) {
  program_.data[0].split = {{"train", 3, false, {}}, {"test", 2, false, {}}};
  SetData("v", {{1, 1}});
  plan_->data = {{"d", "train"}};
  plan_->validate = {{"v", ""}};
  Tensor w(Element::kF32, {});
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

// ---- Several data blocks in one batch ----

// The loss is the mean of x plus 1000 times that of the other block's y.
constexpr char kTwoBlocks[] = R"(func @fit.init(%seed: i64) -> (f32) {
  %w = constant {element = f32, shape = [], value = 0.0} : f32
  return w = %w
}

func @fit.step(%w: f32, %x: f32[B], %e.y: f32[B]) -> (f32, f32) {
  %count = size {dim = B} : i64
  %n = cast %count {element = f32} : f32
  %a = reduce_sum %x {axes = [0], keepdims = false} : f32
  %b = reduce_sum %e.y {axes = [0], keepdims = false} : f32
  %k = constant {element = f32, shape = [], value = 1000.0} : f32
  %c = mul %b, %k : f32
  %s = add %a, %c : f32
  %l = div %s, %n : f32
  return w = %l, loss = %l
}
)";

class TwoBlocksTest : public TrainerTest {
 protected:
  TwoBlocksTest() {
    program_.module = ReadProgram(kTwoBlocks).module;
    SetData("d", {{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}});
    SetData("e", {{0, 1}, {0, 2}, {0, 3}});
    plan_ = &program_.trains.front();
    plan_->data = {{"d", ""}, {"e", ""}};
    plan_->fields = {{"x", 0, "x"}, {"y", 0, "y"}, {"e.x", 1, "x"}, {"e.y", 1, "y"}};
    plan_->metrics = {};
    plan_->batch = 2;
  }
};

TEST_F(TwoBlocksTest, AnEpochIsOnePassOverTheFirstAndTheOthersGoRound) {
  plan_->epochs = 2;
  Train();
  // The other block's rows go 1 2, 3 1, 2 in the first epoch and 3 1, 2 3, 1 in the second.
  EXPECT_EQ(epochs_[0].train.samples, 5);
  EXPECT_NEAR(epochs_[0].train.loss, (15 + 1000 * (1 + 2 + 3 + 1 + 2)) / 5.0, 1e-3);
  EXPECT_NEAR(epochs_[1].train.loss, (15 + 1000 * (3 + 1 + 2 + 3 + 1)) / 5.0, 1e-3);
}

TEST_F(TwoBlocksTest, ABatchMayBeLargerThanABlock) {
  plan_->batch = 0;
  Train();
  EXPECT_NEAR(epochs_[0].train.loss, (15 + 1000 * (1 + 2 + 3 + 1 + 2)) / 5.0, 1e-3);
}

TEST_F(TwoBlocksTest, EachBlockHasItsOwnShuffle) {
  plan_->shuffle = true;
  plan_->batch = 3;
  plan_->drop_last = true;
  plan_->epochs = 4;
  Train();
  for (const EpochDone& epoch : epochs_) EXPECT_NEAR(std::floor(epoch.train.loss), 2000 + 3, 2);  // 3 rows are a round
}

// ---- Checkpoints ----

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
