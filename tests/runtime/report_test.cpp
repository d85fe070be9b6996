#include "runtime/report.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nnc::runtime {
namespace {

TEST(ReportTest, AnEpochIsOneObjectWithItsFigures) {
  EpochDone epoch{2, 5, 20, 50, {0.5, {{"accuracy", 0.75}}, 10}, Figures{0.25, {{"accuracy", 1}}, 4}, 1.5};
  EXPECT_EQ(EpochJson(epoch), R"({"event":"epoch","epoch":2,"loss":0.5,"metrics":{"accuracy":0.75},)"
                              R"("validate":{"loss":0.25,"accuracy":1.0},"seconds":1.5})");
  epoch.validate.reset();
  epoch.train.loss = NAN;
  EXPECT_EQ(EpochJson(epoch), R"({"event":"epoch","epoch":2,"loss":null,"metrics":{"accuracy":0.75},"seconds":1.5})");
}

TEST(ReportTest, DoneRepeatsTheLastEpoch) {
  TrainDone done;
  done.last = {5, 5, 50, 50, {0.5, {}, 10}, {}, 1};
  done.kept_epoch = 5;
  done.steps = 50;
  done.seconds = 2;
  done.compile_seconds = 0.5;
  done.peak_bytes = 4096;
  EXPECT_EQ(DoneJson(done),
            R"({"event":"done","epoch":5,"loss":0.5,"metrics":{},"kept_epoch":5,"steps":50,"seconds":2.0,)"
            R"("compile_seconds":0.5,"peak_bytes":4096})");
}

TEST(ReportTest, StartAndEval) {
  EXPECT_EQ(
      StartJson({"fit", 603, 2400, 32, 75, 100, 7500, 0, 2, 0.5, 4096}),
      R"({"event":"start","run":"fit","parameters":603,"rows":2400,"batch":32,"batches":75,"epochs":100,"steps":7500,)"
      R"("seed":0,"threads":2,"compile_seconds":0.5,"peak_bytes":4096})");
  EXPECT_EQ(EvalJson({"d.test", {0.5, {{"accuracy", 1}}, 600}}),
            R"({"event":"eval","split":"d.test","loss":0.5,"metrics":{"accuracy":1.0},"samples":600})");
}

}  // namespace
}  // namespace nnc::runtime
