// A loss that is not a number ends the run.
#include <cmath>

#include "tests/runtime/trainer_testing.h"

namespace nnc::runtime {
namespace {

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

}  // namespace
}  // namespace nnc::runtime
