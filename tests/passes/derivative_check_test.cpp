#include "tests/passes/derivative_check.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "passes/pipeline.h"
#include "tests/ir/error_bounds.h"
#include "tests/ir/op_samples.h"
#include "tests/ir/reduce_program.h"

namespace nnc::passes {
namespace {

using ir::Builder;
using ir::Element;
using ir::Op;
using ir::Tensor;
using ir::Value;

// A sine that says that its derivative is `slope` times the cosine.
ir::RandomProgram SineOfSlope(double slope) {
  ir::RandomProgram program;
  Builder b(program.function);
  Value x = b.Argument("x", ir::Type(Element::kF64, {3}));
  Value y = b.Sin(x), adjoint = b.ConstantLike(0, y);
  Value derivative = b.Mul(b.Mul(adjoint, b.Cos(x)), b.Constant(slope, Element::kF64));
  program.function.AddResult("y", b.Apply(Op::kCustomVjp, {y, adjoint, x, derivative}));
  program.arguments = {Tensor::Floats({3}, {0.5, 1, 2}, Element::kF64)};
  return program;
}

TEST(DerivativeCheck, JudgesByBoth) {
  DerivativeCheck check = CheckDerivatives(SineOfSlope(1), 1);
  EXPECT_EQ(check.wrong, "");
  EXPECT_TRUE(check.by_forward_mode);
  EXPECT_TRUE(check.by_differences);
}

// Of where(x == 1, k, x) at x = 1, whose derivative there is 0 by the rules, and 1 on both sides.
TEST(DerivativeCheck, DoesNotJudgeASinglePointByDifferences) {
  ir::RandomProgram program;
  Builder b(program.function);
  Value x = b.Argument("x", ir::Type(Element::kF64, {3})), k = b.Argument("k", ir::Type(Element::kF64, {3}));
  Value at = b.Apply(Op::kEq, {x, b.Constant(1, Element::kF64)});
  program.function.AddResult("y", b.Apply(Op::kSelect, {at, k, x}));
  program.arguments = {Tensor::Floats({3}, {0.5, 1, 2}, Element::kF64), Tensor::Floats({3}, {3, 4, 5}, Element::kF64)};
  DerivativeCheck check = CheckDerivatives(program, 1);
  EXPECT_EQ(check.wrong, "");
  EXPECT_TRUE(check.by_forward_mode);
  EXPECT_FALSE(check.by_differences);
}

TEST(DerivativeCheck, SeesASmallFault) {
  EXPECT_NE(CheckDerivatives(SineOfSlope(1 + 1e-9), 1).wrong.find("forward mode"), std::string::npos);
}

// Every op of the table, so that forward mode is right itself.
TEST(DerivativeCheck, AgreesOnEveryOp) {
  for (Op op : ir::AllOps()) {
    bool differs = op == Op::kStopGradient || ir::InfoOf(op).gradient == ir::Gradient::kNever;  // by decree
    if (differs) continue;
    for (const ir::OpSample& sample : SamplesOf(op, ir::SampleValues::kSmooth)) {
      SCOPED_TRACE(sample.name);
      EXPECT_EQ(CheckDerivatives({sample.function, sample.arguments}, 1).wrong, "");
    }
  }
}

TEST(DerivativeCheck, AgreesOnRandomProgramsAndTheirGradients) {
  constexpr uint64_t kPrograms = 100;
  int by_forward_mode = 0, by_differences = 0;
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    SCOPED_TRACE(seed);
    ir::RandomProgram program = ir::MakeRandomProgram(seed);
    DerivativeCheck check = CheckDerivatives(program, seed);
    by_forward_mode += check.by_forward_mode;
    by_differences += check.by_differences;
    if (check.wrong.empty()) continue;
    auto fails = [seed](const ir::RandomProgram& part) { return !CheckDerivatives(part, seed).wrong.empty(); };
    ADD_FAILURE() << check.wrong << " in\n" << ProgramText(ir::ReduceProgram(program, fails));
  }
  EXPECT_GT(by_forward_mode, 50);
  EXPECT_GT(by_differences, 25);
}

}  // namespace
}  // namespace nnc::passes
