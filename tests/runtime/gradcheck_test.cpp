#include "runtime/gradcheck.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ir/builder.h"

namespace nnc::runtime {
namespace {

using ir::Builder;
using ir::Function;
using ir::Op;
using ir::Tensor;
using ir::Value;

// sum(tanh(x) * w), with its nodes on lines 1 to 3.
Function SumOfTanh() {
  Function function("loss");
  Builder build(function);
  Value x = build.Argument("x", {ir::Element::kF32, {3}});
  Value w = build.Argument("w", {ir::Element::kF32, {3}});
  build.span = {1, 1, 1, 1};
  Value t = build.Apply(Op::kTanh, {x}, {}, "t");
  build.span = {1, 2, 1, 1};
  Value product = build.Apply(Op::kMul, {t, w}, {}, "product");
  build.span = {1, 3, 1, 1};
  function.AddResult("loss", build.ReduceAll(Op::kReduceSum, product));
  return function;
}

const std::vector<Tensor> kArguments = {Tensor::Floats({3}, {0.5, -1, 2}), Tensor::Floats({3}, {1, 2, 3})};

TEST(GradCheck, RightRulesAgree) {
  auto checks = CheckGradients(SumOfTanh(), kArguments, 16);
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].argument, "x");
  for (const GradientCheck& check : checks) {
    EXPECT_EQ(check.checked, 3);
    EXPECT_EQ(check.kinks, 0);
    EXPECT_FALSE(check.mismatch);
    EXPECT_LT(check.largest_difference, 1e-7);
  }
}

// The derivative of tanh is twice what it should be: with respect to x, but not to what comes after it.
TEST(GradCheck, AWrongRuleIsNamed) {
  auto wrong = [](Function& function, Value y, const std::vector<Value>& wrt) {
    std::vector<Value> gradients = passes::AppendGradients(function, y, wrt);
    Builder build(function);
    for (size_t i = 0; i < wrt.size(); ++i) {
      if (function.node(wrt[i]).name == "x") gradients[i] = build.Add(gradients[i], gradients[i]);
    }
    return gradients;
  };
  auto checks = CheckGradients(SumOfTanh(), kArguments, 16, wrong);
  ASSERT_TRUE(checks[0].mismatch);
  EXPECT_EQ(checks[0].mismatch->op, Op::kTanh);
  EXPECT_EQ(checks[0].mismatch->node, "t");
  EXPECT_EQ(checks[0].mismatch->span.line, 1u);
  EXPECT_EQ(checks[0].mismatch->index, 0);
  EXPECT_NEAR(checks[0].mismatch->by_rule, 2 * checks[0].mismatch->by_difference, 1e-6);
  EXPECT_FALSE(checks[1].mismatch);
}

TEST(GradCheck, AWrongRuleInTheMiddleIsToldFromWhatItSpoils) {
  auto wrong = [](Function& function, Value y, const std::vector<Value>& wrt) {
    std::vector<Value> gradients = passes::AppendGradients(function, y, wrt);
    Builder build(function);
    for (size_t i = 0; i < wrt.size(); ++i) {
      const std::string& name = function.node(wrt[i]).name;
      if (name == "x" || name == "t") gradients[i] = build.Neg(gradients[i]);
    }
    return gradients;
  };
  auto checks = CheckGradients(SumOfTanh(), kArguments, 16, wrong);
  ASSERT_TRUE(checks[0].mismatch);
  EXPECT_EQ(checks[0].mismatch->node, "product");
}

// Both uses of x are on the way to the wrong derivative; only the rule of exp is wrong.
TEST(GradCheck, OfSeveralUsersTheWrongOneIsNamed) {
  Function function("loss");
  Builder build(function);
  Value x = build.Argument("x", {ir::Element::kF64, {2, 2}});
  Value right = build.Apply(Op::kSin, {x}, {}, "right");
  build.span = {1, 7, 1, 1};
  Value wrong = build.Apply(Op::kExp, {build.Transpose(x, {1, 0})}, {}, "wrong");
  function.AddResult("loss", build.ReduceAll(Op::kReduceSum, build.Mul(right, wrong)));
  // Where there is an exp, derivatives are doubled.
  auto differentiate = [](Function& f, Value y, const std::vector<Value>& wrt) {
    bool has_exp = std::any_of(f.nodes().begin(), f.nodes().end(), [](const auto& n) { return n.op == Op::kExp; });
    std::vector<Value> gradients = passes::AppendGradients(f, y, wrt);
    Builder b(f);
    for (Value& gradient : gradients) gradient = has_exp ? b.Add(gradient, gradient) : gradient;
    return gradients;
  };
  Tensor at = Tensor::Floats({2, 2}, {0.1, 0.2, 0.3, 0.4}, ir::Element::kF64);
  auto checks = CheckGradients(function, {at}, 16, differentiate);
  ASSERT_TRUE(checks[0].mismatch);
  EXPECT_EQ(checks[0].mismatch->node, "wrong");
  EXPECT_EQ(checks[0].mismatch->op, Op::kExp);
  EXPECT_EQ(checks[0].mismatch->span.line, 7u);
}

// Every rule is right, but what they give is added up wrongly.
TEST(GradCheck, ARightRuleIsNotBlamed) {
  Function function("loss");
  Builder build(function);
  Value x = build.Argument("x", {ir::Element::kF64, {2}});
  function.AddResult("loss", build.ReduceAll(Op::kReduceSum, build.Mul(build.Sin(x), build.Exp(x))));
  auto twice = [](Function& f, Value y, const std::vector<Value>& wrt) {
    std::vector<Value> gradients = passes::AppendGradients(f, y, wrt);
    Builder b(f);
    if (f.name() == "loss") gradients[0] = b.Add(gradients[0], gradients[0]);
    return gradients;
  };
  auto checks = CheckGradients(function, {Tensor::Floats({2}, {0.1, 0.2}, ir::Element::kF64)}, 16, twice);
  ASSERT_TRUE(checks[0].mismatch);
  EXPECT_EQ(checks[0].mismatch->node, "");
}

TEST(GradCheck, AKinkIsNoMismatch) {
  Function function("loss");
  Builder build(function);
  Value x = build.Argument("x", {ir::Element::kF32, {2}});
  function.AddResult("loss", build.ReduceAll(Op::kReduceSum, build.Abs(x)));
  auto checks = CheckGradients(function, {Tensor::Floats({2}, {0, 1})}, 16);
  EXPECT_EQ(checks[0].kinks, 1);
  EXPECT_FALSE(checks[0].mismatch);
}

TEST(GradCheck, WhatIsStoppedCountsAsConstant) {
  Function function("loss");
  Builder build(function);
  Value x = build.Argument("x", {ir::Element::kF32, {2}});
  Value stopped = build.StopGradient(build.Mul(x, x));
  function.AddResult("loss", build.ReduceAll(Op::kReduceSum, build.Mul(x, stopped)));
  auto checks = CheckGradients(function, {Tensor::Floats({2}, {2, 3})}, 16);
  EXPECT_FALSE(checks[0].mismatch);
}

TEST(GradCheck, OfALargeArgumentSomeElementsAreCompared) {
  Function function("loss");
  Builder build(function);
  Value x = build.Argument("x", {ir::Element::kF64, {1000}});
  function.AddResult("loss", build.ReduceAll(Op::kReduceSum, build.Mul(x, x)));
  auto checks =
      CheckGradients(function, {Tensor::Floats({1000}, std::vector<double>(1000, 1.0), ir::Element::kF64)}, 16);
  EXPECT_EQ(checks[0].checked, 16);
}

}  // namespace
}  // namespace nnc::runtime
