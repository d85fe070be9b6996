#include "runtime/metrics_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ir/diagnostics.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

TEST(Metrics, AreReadBackAsTheyWereWritten) {
  Scratch scratch;
  MetricsFile file(scratch.Path("m.jsonl"), 0);
  EpochDone epoch;
  epoch.epoch = 1;
  epoch.train = {0.5, {{"b", 0.25}, {"a", NAN}}, 10};
  epoch.validate = Figures{1.5, {{"b", 0.75}, {"a", 2}}, 5};
  epoch.seconds = 0.125;
  file.Append(epoch);
  const std::vector<EpochDone> read = ReadMetrics(file.path());
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].epoch, 1);
  EXPECT_EQ(read[0].train.loss, 0.5);
  EXPECT_EQ(read[0].train.metrics[0], (std::pair<std::string, double>("b", 0.25)));
  EXPECT_TRUE(std::isnan(read[0].train.metrics[1].second));
  ASSERT_TRUE(read[0].validate);
  EXPECT_EQ(read[0].validate->loss, 1.5);
  EXPECT_EQ(read[0].validate->metrics[1], (std::pair<std::string, double>("a", 2.0)));
  EXPECT_EQ(read[0].seconds, 0.125);
}

TEST(Metrics, MayEndInALineThatIsNotWholeYet) {
  Scratch scratch;
  const std::string line = R"({"event":"epoch","epoch":1,"loss":null,"metrics":{},"seconds":1})";
  const auto read = ReadMetrics(scratch.Write("m.jsonl", line + "\n" + line.substr(0, 20)));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_TRUE(std::isnan(read[0].train.loss));
  EXPECT_THROW(ReadMetrics(scratch.Write("bad.jsonl", "{}\n" + line + "\n")), Failure);
}

}  // namespace
}  // namespace nnc::runtime
