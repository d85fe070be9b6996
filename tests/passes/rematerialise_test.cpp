#include "passes/rematerialise.h"

#include <gtest/gtest.h>

#include "ir/graph_view.h"
#include "tests/passes/ir_text.h"
#include "tests/passes/training_step.h"

namespace nnc::passes {
namespace {

std::string Recomputed(std::string_view arguments, std::string_view body, std::string_view results, Effort effort) {
  const ir::Function before = FromText(arguments, body, results);
  const ir::Function after = Rematerialise(before, effort).function;
  ExpectSameResults(before, after);
  return BodyText(after);
}

TEST(Rematerialise, ChangesNothingWithoutABackwardPass) {
  const std::string body =
      "%a = exp %x : f32[3]\n"
      "%b = matmul %w, %w {transpose_a = false, transpose_b = false} : f32[3, 3]\n";
  EXPECT_EQ(Recomputed("%x: f32[3], %w: f32[3, 3]", body, "a = %a, b = %b",
                       {.functions = true, .reductions = true, .segments = 2}),
            body + "return a = %a, b = %b\n");
}

constexpr std::string_view kArguments = "%x: f32[4, 4], %w: f32[4, 4]", kResults = "p = %d.p, w = %d.w";

// A product, its SiLU, and the gradient of a second product back to both.
const std::string kForward =
    "%p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[4, 4]\n"
    "%s = sigmoid %p : f32[4, 4]\n"
    "%h = mul %p, %s : f32[4, 4]\n"
    "%y = matmul %h, %w {transpose_a = false, transpose_b = false} : f32[4, 4]\n"
    "%d.y = neg %y : f32[4, 4] from(%y, vjp neg)\n"
    "%d.h = matmul %d.y, %w {transpose_a = false, transpose_b = true} : f32[4, 4] from(%h, vjp matmul)\n";
const std::string kBackward =
    "%d.p = mul %d.h, %s : f32[4, 4] from(%p, vjp mul)\n"
    "%d.w = matmul %h, %d.y {transpose_a = true, transpose_b = false} : f32[4, 4] from(%w, vjp matmul)\n";

// %p is kept: its product may not be computed again. %s and %h are made of it again where the backward pass reads them.
TEST(Rematerialise, ComputesElementwiseValuesAgainWhereTheBackwardPassFirstReadsThem) {
  const std::string again =
      "%s.again = sigmoid %p : f32[4, 4]\n"
      "%d.p = mul %d.h, %s.again : f32[4, 4] from(%p, vjp mul)\n"
      "%h.again = mul %p, %s.again : f32[4, 4]\n"
      "%d.w = matmul %h.again, %d.y {transpose_a = true, transpose_b = false} : f32[4, 4] from(%w, vjp matmul)\n"
      "return p = %d.p, w = %d.w\n";
  EXPECT_EQ(Recomputed(kArguments, kForward + kBackward, kResults, {.functions = true}), kForward + again);
}

// The backward pass reads all three: a sigmoid is dear and so kept, and of it and %p, %h is made again.
TEST(Rematerialise, WithTheLeastEffortComputesOnlyWhatIsCheap) {
  const std::string reads_p = "%d.s = mul %d.h, %p : f32[4, 4] from(%s, vjp mul)\n";
  const std::string again =
      "%d.p = mul %d.h, %s : f32[4, 4] from(%p, vjp mul)\n"
      "%h.again = mul %p, %s : f32[4, 4]\n"
      "%d.w = matmul %h.again, %d.y {transpose_a = true, transpose_b = false} : f32[4, 4] from(%w, vjp matmul)\n"
      "return s = %d.s, p = %d.p, w = %d.w\n";
  EXPECT_EQ(Recomputed(kArguments, kForward + reads_p + kBackward, "s = %d.s, p = %d.p, w = %d.w", {}),
            kForward + reads_p + again);
}

// Where keeping a value costs as much as keeping what it is made of, it is kept, and nothing is computed.
TEST(Rematerialise, ComputesNothingAgainThatSavesNothing) {
  const std::string body =
      "%p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[4, 4]\n"
      "%h = tanh %p : f32[4, 4]\n"
      "%y = matmul %h, %w {transpose_a = false, transpose_b = false} : f32[4, 4]\n"
      "%d.y = neg %y : f32[4, 4] from(%y, vjp neg)\n"
      "%d.w = matmul %h, %d.y {transpose_a = true, transpose_b = false} : f32[4, 4] from(%w, vjp matmul)\n";
  EXPECT_EQ(Recomputed("%x: f32[4, 4], %w: f32[4, 4]", body, "w = %d.w", {.functions = true}),
            body + "return w = %d.w\n");
}

TEST(Rematerialise, KeepsResultsAtEveryEffort) {
  const ir::Function before = DeepNetworkStep(6, 3, 5);
  for (const Effort& effort : Efforts()) ExpectSameResults(before, Rematerialise(before, effort).function);
}

int CopiesOf(ir::Op op, const Rematerialised& again) {
  int copies = 0;
  for (const auto& [copy, awaited] : again.waits) copies += again.function.node(copy).op == op ? 1 : 0;
  return copies;
}

TEST(Rematerialise, EffortBoundsWhatIsComputedAgain) {
  const ir::Function step = DeepNetworkStep(6, 3, 5);
  const Rematerialised cheap = Rematerialise(step, {});
  EXPECT_GT(CopiesOf(ir::Op::kMul, cheap), 0);
  EXPECT_EQ(CopiesOf(ir::Op::kSigmoid, cheap), 0);
  const Rematerialised elementwise = Rematerialise(step, {.functions = true});
  EXPECT_GT(CopiesOf(ir::Op::kSigmoid, elementwise), 0);
  EXPECT_EQ(CopiesOf(ir::Op::kReduceSum, elementwise), 0);
  const Rematerialised sums = Rematerialise(step, {.functions = true, .reductions = true});
  EXPECT_GT(CopiesOf(ir::Op::kReduceSum, sums), 0);
  EXPECT_EQ(CopiesOf(ir::Op::kMatMul, sums), 0);
  EXPECT_GT(CopiesOf(ir::Op::kMatMul, Rematerialise(step, {true, true, 2})), 0);
}

// The value that a copy waits for needs the last layer's output: by then the backward pass has begun.
TEST(Rematerialise, CopiesWaitForTheBackwardPass) {
  const Rematerialised again =
      Rematerialise(DeepNetworkStep(6, 3, 5), {.functions = true, .reductions = true, .segments = 3});
  ASSERT_FALSE(again.waits.empty());
  const Passes passes = PassesOf(again.function);
  for (const auto& [copy, awaited] : again.waits) {
    EXPECT_TRUE(passes.backward[awaited.index]);
    EXPECT_LT(awaited, copy);
    EXPECT_TRUE(ir::Reaching(again.function, {awaited})[again.function.FindArgument("target")->index]);
  }
}

}  // namespace
}  // namespace nnc::passes
