// What a run says and writes.
#include <sstream>
#include <string>
#include <vector>

#include "runtime/report.h"
#include "runtime/safetensors.h"
#include "tests/runtime/trainer_testing.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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

}  // namespace
}  // namespace nnc::runtime
