#include "codegen/train_loop.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "ir/evaluate.h"
#include "tests/codegen/kernel_runner.h"

namespace nnc::codegen {
namespace {

constexpr int64_t kX = 0, kLabel = 512, kStep = 576, kLoss = 640, kTotal = 704, kArena = 768;

ir::Type Floats(ir::Shape shape) { return {ir::Element::kF32, std::move(shape)}; }

// An entry for `rows` rows of x: f32[rows, 3] and label: i32[rows] with the results
// loss = x[0, 0] (so that a test can make it what it wants) and total += sum of step * label, in the order of the rows.
Entry EntryOf(const std::string& name, int64_t rows) {
  return {name,
          {{"x", Floats({rows, 3}), kX}, {"label", {ir::Element::kI32, {rows}}, kLabel}, {"step", Floats({}), kStep}},
          {{"loss", Floats({}), kLoss}, {"total", Floats({}), kTotal}}};
}

void EmitEntry(llvm::Module& module, const Target& target, const std::string& name, int64_t rows, int threads) {
  Emitter e(module, name, target);
  e.If(e.ir().CreateIsNull(e.arguments().thread), [&] {
    e.Store(e.Arena(ir::Element::kF32, kLoss), e.Load(e.Arena(ir::Element::kF32, kX)));
    llvm::Value* sum = e.Constant(ir::Element::kF32, 0);
    for (int64_t row = 0; row < rows; ++row) {
      llvm::Value* label = e.Load(e.Advance(e.Arena(ir::Element::kI32, kLabel), row));
      sum = e.Add(sum, e.Convert(label, ir::Element::kI32, ir::Element::kF32));
    }
    e.Store(e.Arena(ir::Element::kF32, kTotal), e.Mul(sum, e.Load(e.Arena(ir::Element::kF32, kStep))));
  });
  EmitBarrier(e, threads);
  e.Finish();
}

// Ten rows in batches of four; the last batch has two.
class Loop {
 public:
  explicit Loop(int threads = 1, bool with_tail = true, int64_t checked_bytes = 0)
      : team_(threads), jit_(Build(threads, with_tail, checked_bytes)) {
    for (int32_t row = 0; row < 10; ++row) {
      for (int i = 0; i < 3; ++i) x_.push_back(static_cast<float>(row) + 0.25f * static_cast<float>(i));
      labels_.push_back(row * row);
    }
    columns_[0] = x_.data();
    columns_[1] = labels_.data();
    order_.resize(10);
    std::iota(order_.begin(), order_.end(), 0);
    state.arena = arena_.At<std::byte>(0);
    state.columns = columns_;
    column_bytes_[0] = static_cast<int64_t>(x_.size() * sizeof(float));
    column_bytes_[1] = static_cast<int64_t>(labels_.size() * sizeof(int32_t));
    state.column_bytes = column_bytes_;
    state.orders = orders_;
    state.rows = 10;
    state.batches = 100;
    state.sums = sums_;
  }
  // Labels come by `label_order`, by default as x does.
  void Run(const int64_t* label_order = nullptr) {
    orders_[0] = order_.data();
    orders_[1] = label_order != nullptr ? label_order : order_.data();
    state.team = &team_;
    team_.Run(reinterpret_cast<Team::Function>(jit_.Address("loop")), &state);
  }

  LoopState state;
  std::vector<float> x_;
  std::vector<int32_t> labels_;
  std::vector<int64_t> order_;
  double sums_[2] = {0, 0};
  const int64_t* orders_[2] = {nullptr, nullptr};  // of x and of label
  TestArena arena_{kArena};

 private:
  static Jit Build(int threads, bool with_tail, int64_t checked_bytes) {
    const Target target = DescribeTarget();
    OwnedModule owned = NewModule("loop", target);
    EmitEntry(*owned.module, target, "whole", 4, threads);
    EmitEntry(*owned.module, target, "tail", 2, threads);
    const LoopSpec spec{"loop",         "whole",          with_tail ? "tail" : "", 4, with_tail ? 2 : 0,
                        {"x", "label"}, {"loss", "total"}};
    const Entry whole = EntryOf("whole", 4), tail = EntryOf("tail", 2);
    EmitTrainLoop(*owned.module, spec, whole, with_tail ? &tail : nullptr, target, threads, ProfileTable(),
                  checked_bytes);
    OptimizeModule(*owned.module, target, 2);
    return Jit(std::move(owned), target, 2);
  }
  Team team_;
  Jit jit_;
  const void* columns_[2] = {nullptr, nullptr};
  int64_t column_bytes_[2] = {0, 0};
};

// The sums that an epoch over `order` gives, steps counted from `step`.
std::vector<double> Expected(const Loop& loop, const std::vector<int64_t>& order, int64_t step) {
  std::vector<double> sums(2, 0.0);
  for (size_t begin = 0; begin < order.size(); begin += 4, ++step) {
    const size_t end = std::min(begin + 4, order.size());
    double labels = 0;
    for (size_t i = begin; i < end; ++i) labels += loop.labels_[static_cast<size_t>(order[i])];
    const auto rows = static_cast<double>(end - begin);
    sums[0] += rows * loop.x_[static_cast<size_t>(3 * order[begin])];
    sums[1] += rows * labels * static_cast<double>(step);
  }
  return sums;
}

TEST(TrainLoop, RunsAllBatchesInOrderAndTheLastSmallerOne) {
  Loop loop;
  loop.state.step = 7;
  loop.Run();
  const std::vector<double> expected = Expected(loop, loop.order_, 7);
  EXPECT_EQ(loop.sums_[0], expected[0]);
  EXPECT_EQ(loop.sums_[1], expected[1]);
  EXPECT_EQ(loop.state.samples, 10);
  EXPECT_EQ(loop.state.step, 10);
  EXPECT_EQ(loop.state.position, 10);
  EXPECT_EQ(loop.state.bad_step, -1);
}

TEST(TrainLoop, GathersWholeRowsByOrder) {
  Loop loop;
  loop.order_ = {9, 3, 0, 5};
  loop.state.rows = 4;
  loop.Run();
  for (size_t row = 0; row < 4; ++row) {
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(loop.arena_.At<float>(kX)[3 * row + i], loop.x_[static_cast<size_t>(3 * loop.order_[row]) + i]);
    }
    EXPECT_EQ(loop.arena_.At<int32_t>(kLabel)[row], loop.labels_[static_cast<size_t>(loop.order_[row])]);
  }
}

TEST(TrainLoop, GoesOnWhereTheLastCallStopped) {
  Loop at_once, in_pieces;
  at_once.Run();
  for (int call = 0; call < 3; ++call) {
    in_pieces.state.batches = 1;
    in_pieces.Run();
    EXPECT_EQ(in_pieces.state.step, call + 1);
  }
  EXPECT_EQ(in_pieces.sums_[1], at_once.sums_[1]);
  EXPECT_EQ(in_pieces.state.position, 10);
}

TEST(TrainLoop, EachFieldHasItsOwnOrder) {
  Loop loop;
  const std::vector<int64_t> labels = {3, 3, 9, 1};
  loop.order_ = {9, 3, 0, 5};
  loop.state.rows = 4;
  loop.Run(labels.data());
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(loop.arena_.At<float>(kX)[3 * row], loop.x_[static_cast<size_t>(3 * loop.order_[row])]);
    EXPECT_EQ(loop.arena_.At<int32_t>(kLabel)[row], loop.labels_[static_cast<size_t>(labels[row])]);
  }
}

TEST(TrainLoop, LeavesThePartialBatchOutWithoutATail) {
  Loop loop(1, false);
  loop.Run();
  EXPECT_EQ(loop.state.samples, 8);
  EXPECT_EQ(loop.state.step, 2);
  EXPECT_EQ(loop.state.position, 10) << "the epoch is over";
}

TEST(TrainLoop, StopsAtALossThatIsNotFinite) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    Loop loop;
    loop.x_[3 * 4] = bad;  // row 4 is the first of the second batch
    loop.state.step = 5;
    loop.Run();
    EXPECT_EQ(loop.state.bad_step, 6);
    EXPECT_EQ(loop.state.step, 7);
    EXPECT_EQ(loop.state.samples, 4);
    EXPECT_TRUE(std::isfinite(loop.sums_[0]));
  }
}

TEST(TrainLoop, GivesTheSameSumsOnAnyNumberOfThreads) {
  Loop alone;
  alone.Run();
  for (const int threads : {2, 3, 8}) {
    Loop loop(threads);
    loop.Run();
    EXPECT_EQ(loop.sums_[0], alone.sums_[0]);
    EXPECT_EQ(loop.sums_[1], alone.sums_[1]);
    EXPECT_EQ(loop.state.step, alone.state.step);
  }
}

TEST(TrainLoop, ChecksTheRowsItGathers) {
  Loop loop(/*threads=*/1, /*with_tail=*/true, kArena);
  loop.Run();
  EXPECT_EQ(loop.sums_[0], Expected(loop, loop.order_, 0)[0]);
  loop.state.position = 0;
  loop.order_[5] = 10;
  EXPECT_EXIT(loop.Run(), testing::ExitedWithCode(70), "loop touches 12 bytes at 120 of 120 bytes");
}

TEST(TrainLoop, NamesAnArgumentThatTheEntryLacks) {
  const Target target = DescribeTarget();
  OwnedModule owned = NewModule("loop", target);
  const LoopSpec spec{"loop", "whole", "", 4, 0, {"image"}, {"loss"}};
  EXPECT_THROW(EmitTrainLoop(*owned.module, spec, EntryOf("whole", 4), nullptr, target, 1), std::logic_error);
}

}  // namespace
}  // namespace nnc::codegen
