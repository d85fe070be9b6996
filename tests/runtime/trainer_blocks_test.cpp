// Several data blocks in one batch.
#include <cmath>

#include "tests/runtime/trainer_testing.h"

namespace nnc::runtime {
namespace {

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

}  // namespace
}  // namespace nnc::runtime
