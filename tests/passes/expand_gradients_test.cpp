// Jacobians, and derivatives that functions give themselves.
#include <gtest/gtest.h>

#include <cmath>

#include "ir/builder.h"
#include "ir/specialize.h"
#include "passes/expression.h"
#include "passes/pipeline.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

using ir::Element;
using ir::Function;
using ir::Op;
using ir::Tensor;
using ir::Type;
using ir::Value;
using Numbers = std::vector<double>;

// The first result of `f` at `x`.
Numbers At(const Function& f, const Tensor& x) { return Evaluate(ExpandGradients(f), {x})[0].floats(); }

TEST(Jacobian, OfALinearMapIsItsMatrix) {
  Function f = FromText("%a: f32[2, 3], %x: f32[3, 1]",
                        "%y = matmul %a, %x {transpose_a = false, transpose_b = false} : f32[2, 1]\n"
                        "%j = jacobian %y, %x : f32[2, 1, 3, 1]",
                        "j = %j");
  Tensor a = Tensor::Floats({2, 3}, {1, 2, 3, 4, 5, 6}), x = Tensor::Floats({3, 1}, {7, 8, 9});
  EXPECT_EQ(Evaluate(ExpandGradients(f), {a, x})[0].floats(), a.floats());
}

TEST(Jacobian, OfAScalarIsItsGradient) {
  Function f = FromText("%x: f32[2]",
                        "%s = mul %x, %x : f32[2]\n"
                        "%y = reduce_sum %s {axes = [0], keepdims = false} : f32\n"
                        "%j = jacobian %y, %x : f32[2]",
                        "j = %j");
  EXPECT_EQ(At(f, Tensor::Floats({2}, {3, 5})), (Numbers{6, 10}));
}

// y_ij = x_j a_i: by the three elements of x it is made of columns, by the two of a too, and both are symbolic in rows.
TEST(Jacobian, OfATallMapIsMadeOfColumns) {
  auto product = [](const std::string& rows) {
    return FromText("%a: f32[" + rows + ", 1], %x: f32[3]",
                    "%b = broadcast %a {shape = [" + rows + ", 3]} : f32[" + rows + ", 3]\n" +
                        "%y = mul %b, %x : f32[" + rows + ", 3]\n" + "%jx = jacobian %y, %x : f32[" + rows +
                        ", 3, 3]\n" + "%ja = jacobian %y, %a : f32[" + rows + ", 3, " + rows + ", 1]",
                    "jx = %jx, ja = %ja");
  };
  std::vector<Tensor> at = {Tensor::Floats({2, 1}, {5, 7}), Tensor::Floats({3}, {1, 2, 3})};
  Function columns = ExpandGradients(product("2"));
  Function rows = ir::Specialize(ExpandGradients(product("N")), {{"N", 2}});
  for (const Function& f : {columns, rows}) {
    std::vector<Tensor> results = Evaluate(f, at);
    EXPECT_EQ(results[0].floats(), (Numbers{5, 0, 0, 0, 5, 0, 0, 0, 5, 7, 0, 0, 0, 7, 0, 0, 0, 7}));
    EXPECT_EQ(results[1].floats(), (Numbers{1, 0, 2, 0, 3, 0, 0, 1, 0, 2, 0, 3}));
  }
  EXPECT_NE(BodyText(columns).find("shape = [2, 2]"), std::string::npos);
  EXPECT_EQ(BodyText(columns).find("shape = [6, 6]"), std::string::npos);
}

TEST(Jacobian, OfWhatDoesNotDependIsZero) {
  Function f = FromText("%x: f32[2]",
                        "%k = constant {element = f32, shape = [3], value = 2.0} : f32[3]\n"
                        "%j = jacobian %k, %x : f32[3, 2]",
                        "j = %j");
  EXPECT_EQ(At(f, Tensor::Floats({2}, {3, 5})), Numbers(6, 0));
}

// d/dx_k d/dx_j x_i^3 is 6 x_i where all three are one, else 0.
TEST(Jacobian, Nests) {
  Function f = FromText("%x: f32[2]",
                        "%s = mul %x, %x : f32[2]\n"
                        "%y = mul %s, %x : f32[2]\n"
                        "%j = jacobian %y, %x : f32[2, 2]\n"
                        "%h = jacobian %j, %x : f32[2, 2, 2]",
                        "h = %h");
  EXPECT_EQ(At(f, Tensor::Floats({2}, {3, 5})), (Numbers{18, 0, 0, 0, 0, 0, 0, 30}));
}

TEST(Jacobian, IsMadeWhileDimensionsAreSymbolic) {
  Function f = FromText("%x: f32[N, 3]", "%y = tanh %x : f32[N, 3]\n%j = jacobian %y, %x : f32[N, 3, N, 3]", "j = %j");
  Function g = ExpandGradients(f);
  EXPECT_EQ(ToString(g.type(g.results()[0].value)), "f32[N, 3, N, 3]");
}

TEST(Jacobian, SharesOneSweepAmongAllItIsBy) {
  std::string body = "%p = mul %a, %b : f32[2]\n%y = exp %p : f32[2]\n%ja = jacobian %y, %a : f32[2, 2]\n";
  Function one = FromText("%a: f32[2], %b: f32[2]", body, "ja = %ja");
  Function both =
      FromText("%a: f32[2], %b: f32[2]", body + "%jb = jacobian %y, %b : f32[2, 2]\n", "ja = %ja, jb = %jb");
  // One more product, with a reshaped operand.
  EXPECT_EQ(ExpandGradients(both).size(), ExpandGradients(one).size() + 2);
}

// round(x), whose derivative is that of sin: wrong on purpose, so that it can be told from that of the body.
Expression RoundLikeSin(Expression x) {
  ir::Builder& b = *x.build;
  Expression u{&b, b.ConstantLike(0, x)}, y = Round(x);
  Expression derivative = u * Cos(x);
  return {&b, b.Apply(Op::kCustomVjp, {y, u, x, derivative})};
}

// The function whose result is `f` of an f64 argument.
template <class F>
Function FunctionOf(int64_t size, F f) {
  Function function("f");
  ir::Builder b(function);
  Expression x{&b, b.Argument("x", Type(Element::kF64, {size}))};
  function.AddResult("r", f(x));
  return function;
}

Expression SumOf(Expression x) { return {x.build, x.build->ReduceAll(Op::kReduceSum, x)}; }
Expression GradOf(Expression y, Expression x) { return {x.build, x.build->Grad(y, x)}; }

constexpr double kX = 0.7;
const Tensor kAt = Tensor::Floats({2}, {kX, 0}, Element::kF64);

TEST(CustomVjp, IsItsValueWhereNothingIsDifferentiated) {
  EXPECT_EQ(At(FunctionOf(2, RoundLikeSin), kAt), (Numbers{1, 0}));
  Function f = ExpandGradients(FunctionOf(2, RoundLikeSin));
  EXPECT_EQ(f.size(), 2u);  // the argument and round
}

TEST(CustomVjp, ReplacesTheDerivative) {
  Function f = FunctionOf(2, [](Expression x) { return GradOf(SumOf(RoundLikeSin(3.0 * x)), x); });
  EXPECT_EQ(At(f, kAt), (Numbers{3 * std::cos(3 * kX), 3}));
}

TEST(CustomVjp, IsDifferentiatedThroughItsOwnDerivative) {
  Function f = FunctionOf(2, [](Expression x) { return GradOf(SumOf(GradOf(SumOf(RoundLikeSin(x)), x)), x); });
  EXPECT_EQ(At(f, kAt), (Numbers{-std::sin(kX), 0}));
}

TEST(CustomVjp, HasAJacobian) {
  auto jacobian = [](Expression x) { return Expression{x.build, x.build->Jacobian(RoundLikeSin(x), x)}; };
  EXPECT_EQ(At(FunctionOf(2, jacobian), kAt), (Numbers{std::cos(kX), 0, 0, 1}));
}

// The derivative of the outer one uses the inner one on its adjoint; rows of the Hessian must keep both rules.
TEST(CustomVjp, NestsInItsOwnDerivative) {
  auto outer = [](Expression x) {
    ir::Builder& b = *x.build;
    Expression u{&b, b.ConstantLike(0, x)}, y = Round(x);
    Expression derivative = u * RoundLikeSin(x * u);
    return Expression{&b, b.Apply(Op::kCustomVjp, {y, u, x, derivative})};
  };
  // With the adjoint 1 the gradient is round(x), and by the inner rule its derivative cos(x).
  auto hessian = [&](Expression x) { return Expression{x.build, x.build->Jacobian(GradOf(SumOf(outer(x)), x), x)}; };
  EXPECT_EQ(At(FunctionOf(2, hessian), kAt), (Numbers{std::cos(kX), 0, 0, 1}));
  // With unit adjoints the Jacobian is round(x) on its diagonal, and the Jacobian of that cos(x).
  auto twice = [&](Expression x) {
    Value first = x.build->Jacobian(outer(x), x);
    return Expression{x.build, x.build->Jacobian(first, x)};
  };
  EXPECT_EQ(At(FunctionOf(2, twice), kAt), (Numbers{std::cos(kX), 0, 0, 0, 0, 0, 0, 1}));
}

// Without a product with the adjoint of its own, a derivative is what it is.
TEST(CustomVjp, MayIgnoreItsAdjoint) {
  auto gradient = [](Expression x) {
    ir::Builder& b = *x.build;
    Expression u{&b, b.ConstantLike(0, x)};
    return GradOf(SumOf(Expression{&b, b.Apply(Op::kCustomVjp, {Round(x), u, x, Exp(x)})}), x);
  };
  EXPECT_EQ(At(FunctionOf(2, gradient), kAt), (Numbers{std::exp(kX), 1}));
}

}  // namespace
}  // namespace nnc::passes
