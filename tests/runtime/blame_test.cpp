// What the parts of blame say of small functions.
#include "runtime/blame/blame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "runtime/blame/elements_read.h"
#include "runtime/blame/finite.h"
#include "runtime/blame/number_text.h"
#include "runtime/blame/replay.h"
#include "tests/runtime/ir_program.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Tensor Of(std::vector<int64_t> shape, const std::vector<double>& numbers, ir::Element element = ir::Element::kF32) {
  Tensor tensor(element, std::move(shape));
  tensor.Write(0, numbers);
  return tensor;
}

TEST(Finite, SeesNaNAndInfinityInEveryFloat) {
  for (const ir::Element element : {ir::Element::kF32, ir::Element::kF64, ir::Element::kBF16}) {
    EXPECT_TRUE(IsAllFinite(Of({3}, {1, -3e38, 0}, element)));
    for (const double wrong : {kInfinity, -kInfinity, std::nan("")}) {
      EXPECT_FALSE(IsAllFinite(Of({3}, {1, wrong, 0}, element)));
      EXPECT_EQ(FirstTurned(Of({3}, {1, wrong, wrong}, element)), 1);
    }
  }
  EXPECT_TRUE(IsAllFinite(Of({2}, {1, 2}, ir::Element::kI32)));
}

TEST(Finite, PassesOverWhatWasInfiniteBefore) {
  const Tensor before = Of({3}, {kInfinity, 1, 2});
  EXPECT_EQ(FirstTurned(before, &before), -1);
  const Tensor now = Of({3}, {kInfinity, 1, kInfinity});
  EXPECT_EQ(FirstTurned(now, &before), 2);
}

TEST(NumberText, SaysRangesAndWhatIsOutsideOfThem) {
  EXPECT_EQ(NumberText(0.1F, ir::Element::kF32), "0.1");
  EXPECT_EQ(NumberText(-kInfinity, ir::Element::kF32), "-inf");
  EXPECT_EQ(RangeText(Of({3}, {-1, 0.5, 2})), "from -1 to 2");
  EXPECT_EQ(RangeText(Of({}, {3})), "3");
  EXPECT_EQ(RangeText(Of({4}, {1, kInfinity, std::nan(""), -kInfinity})), "1, 2 of 4 infinite, 1 of 4 NaN");
  EXPECT_EQ(RangeText(Of({1}, {kInfinity})), "no finite number, 1 of 1 infinite");
}

TEST(ElementsRead, FollowsEachClassOfOps) {
  const Program program = ReadProgram(R"(func @f(%x: f32[2, 3], %r: f32[3], %i: i32[2], %c: bool[2, 3]) -> () {
  %sum = add %x, %r : f32[2, 3]
  %some = select %c, %x, %sum : f32[2, 3]
  %cut = slice %x {axis = 1, limit = 3, start = 1} : f32[2, 2]
  %wide = pad %x {axis = 1, high = 0, low = 1} : f32[2, 4]
  %rows = take %x, %i : f32[2, 3]
  %total = reduce_sum %x {axes = [0], keepdims = false} : f32[3]
  %gram = matmul %x, %x {transpose_a = true, transpose_b = false} : f32[3, 3]
  %run = cumsum %r {axis = 0} : f32[3]
  return
})");
  Values values(program.module.functions.front(), 1, {});
  const Tensor x = Of({2, 3}, {1, 2, 3, 4, 5, 6}), ids = Of({2}, {1, 0}, ir::Element::kI32);
  values.Run({x, Of({3}, {1, 2, 3}), ids, Of({2, 3}, {1, 0, 1, 0, 1, 0}, ir::Element::kBool)});
  const auto read = [&](const std::string& name, size_t operand, int64_t element) {
    for (ir::Value v{0}; v.index < values.function().size(); ++v.index) {
      if (values.function().node(v).name == name) return ElementsRead(values, v, operand, element);
    }
    throw std::logic_error(name);
  };
  EXPECT_THAT(read("sum", 0, 4), ElementsAre(4));
  EXPECT_THAT(read("sum", 1, 4), ElementsAre(1));
  EXPECT_THAT(read("some", 0, 0), IsEmpty());  // a condition
  EXPECT_THAT(read("some", 1, 0), ElementsAre(0));
  EXPECT_THAT(read("some", 2, 0), IsEmpty());  // the branch that is not taken
  EXPECT_THAT(read("cut", 0, 2), ElementsAre(4));
  EXPECT_THAT(read("wide", 0, 4), IsEmpty());  // a zero of the padding
  EXPECT_THAT(read("wide", 0, 5), ElementsAre(3));
  EXPECT_THAT(read("rows", 0, 1), ElementsAre(4));
  EXPECT_THAT(read("rows", 1, 1), IsEmpty());
  EXPECT_THAT(read("total", 0, 2), ElementsAre(2, 5));
  EXPECT_THAT(read("gram", 0, 1), ElementsAre(0, 3));  // [0, 1]: column 0 of the left, column 1 of the right
  EXPECT_THAT(read("gram", 1, 1), ElementsAre(1, 4));
  EXPECT_THAT(read("run", 0, 0), ElementsAre(0, 1, 2));
}

// loss = sum of log x over the batch.
StepCase LogCase(const std::vector<double>& x) {
  const Program program = ReadProgram(R"(func @fit.step(%x: f32[B], %w: f32) -> (f32, f32) {
  %l = log %x : f32[B]
  %loss = reduce_sum %l {axes = [0], keepdims = false} : f32
  return w = %w, loss = %loss
})");
  StepCase step;
  step.run = "fit";
  step.step = 7;
  step.epoch = 2;
  step.batch = static_cast<int64_t>(x.size());
  step.function = program.module.functions.front();
  step.arguments = {{"x", Of({step.batch}, x)}, {"w", Of({}, {kInfinity})}};
  step.rows = {{"d", std::vector<int64_t>(x.size(), 5)}};
  return step;
}

TEST(Blame, SaysNothingOfAFiniteStep) { EXPECT_FALSE(Blame(LogCase({1, 2, 3}), {})); }

TEST(Replay, GivesBackWhatWasWritten) {
  const Scratch scratch;
  const SourceManager sources;
  const StepCase step = LogCase({1, 0});
  WriteReplay(scratch.Path("replay"), step, sources);
  SourceManager others;
  const StepCase read = ReadReplay(scratch.Path("replay"), others);
  EXPECT_EQ(read.arguments, step.arguments);
  EXPECT_EQ(read.rows.at(0).rows, step.rows.at(0).rows);
  EXPECT_TRUE(ir::SameComputation(read.function, step.function));
  const std::optional<Diagnostic> blame = Blame(read, {});
  ASSERT_TRUE(blame);
  EXPECT_EQ(blame->message, "`log` gave -inf in the forward pass at step 7: the loss became infinite");
  EXPECT_EQ(Render(*blame, others, false), Render(*Blame(step, {}), sources, false));
}

TEST(Replay, RefusesAFileWithoutAnArgument) {
  const Scratch scratch;
  StepCase step = LogCase({1, 0});
  step.arguments.erase("w");
  WriteReplay(scratch.Path("replay"), step, SourceManager());
  SourceManager sources;
  EXPECT_THAT([&] { ReadReplay(scratch.Path("replay"), sources); },
              Fails(DiagnosticKind::kBadReplay, "replay", "`w` is missing, or of another shape"));
}

}  // namespace
}  // namespace nnc::runtime
