// Every gradient rule against central differences, on every sample of the op table, and the rules' edges by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ir/builder.h"
#include "ir/evaluate.h"
#include "passes/dce.h"
#include "passes/expression.h"
#include "passes/pipeline.h"
#include "tests/ir/op_samples.h"

namespace nnc::passes {
namespace {

using ir::Element;
using ir::Function;
using ir::Op;
using ir::Tensor;
using ir::Value;

// Cosines of 0, 1, 2 ...: weights that make a scalar of a tensor without hiding any element. The type is a copy, since
// the nodes made here move those of others.
Value Weights(ir::Builder& b, ir::Type type) {
  ir::Dim count = ir::Product(type.shape);
  return b.Reshape(b.Cos(b.Cast(b.Iota({count}, 0), type.element)), type.shape);
}

Value WeightedSum(ir::Builder& b, Value x) { return b.ReduceAll(Op::kReduceSum, b.Mul(x, Weights(b, b.type(x)))); }

std::vector<Value> FloatArguments(const Function& f) {
  std::vector<Value> arguments;
  for (Value v{0}; v.index < f.argument_count(); ++v.index) {
    if (IsFloat(f.type(v).element) && f.type(v).elements() > 0) arguments.push_back(v);
  }
  return arguments;
}

// Whether the evaluator rounds somewhere, so that differences say nothing.
bool HasBF16(const Function& f) {
  return std::any_of(f.nodes().begin(), f.nodes().end(),
                     [](const ir::Node& node) { return node.type.element == Element::kBF16; });
}

// `f` with only the results `names`.
Function WithResults(const Function& f, const std::vector<ir::Result>& results) {
  Function g(f.name());
  for (const ir::Node& node : f.nodes()) g.Append(node);
  for (const ir::Result& result : results) g.AddResult(result.name, result.value);
  return g;
}

// Compares Grad of the scalar `y` by each float argument with (y(x + h) - y(x - h)) / 2h. Many elements are sampled.
void CheckAgainstDifferences(const Function& f, Value y, const std::vector<Tensor>& at, double tolerance) {
  Function with_grads = WithResults(f, {});
  ir::Builder b(with_grads);
  std::vector<Value> wrt = FloatArguments(f);
  for (Value x : wrt) with_grads.AddResult("d." + f.node(x).name, b.Grad(y, x));
  std::vector<Tensor> gradients = Evaluate(EliminateDeadCode(ExpandGradients(with_grads)), at);
  Function value = EliminateDeadCode(ExpandGradients(WithResults(f, {{"y", y}})));

  constexpr double kStep = 1e-5;
  for (size_t r = 0; r < wrt.size(); ++r) {
    int64_t elements = gradients[r].elements(), stride = elements / 12 + 1;
    for (int64_t i = 0; i < elements; i += stride) {
      std::vector<Tensor> above = at, below = at;
      above[wrt[r].index].floats()[i] += kStep;
      below[wrt[r].index].floats()[i] -= kStep;
      double y_above = Evaluate(value, above)[0].number(0), y_below = Evaluate(value, below)[0].number(0);
      double gradient = gradients[r].number(i), difference = (y_above - y_below) / (2 * kStep);
      // The difference of two large numbers has few digits left.
      double rounding = 1e-14 / kStep * std::abs(y_above);
      EXPECT_NEAR(gradient, difference, tolerance * std::max(1.0, std::abs(difference)) + rounding)
          << "by %" << f.node(wrt[r]).name << "[" << i << "]";
    }
  }
}

class EveryOp : public testing::TestWithParam<Op> {
 protected:
  // Calls check(function, weighted sum of the result, arguments) for each sample that can be differentiated.
  template <class Check>
  void ForEachSample(Check check) {
    bool cuts = GetParam() == Op::kStopGradient;  // its derivative is 0 by decree
    if (cuts || InfoOf(GetParam()).gradient == ir::Gradient::kNever) return;
    for (const ir::OpSample& sample : SamplesOf(GetParam(), ir::SampleValues::kSmooth)) {
      Function f = sample.function;
      Value result = f.results()[0].value;
      if (!IsFloat(f.type(result).element) || FloatArguments(f).empty() || HasBF16(f)) continue;
      SCOPED_TRACE(sample.name);
      ir::Builder b(f);
      check(f, WeightedSum(b, result), sample.arguments);
    }
  }
};

TEST_P(EveryOp, FirstDerivativeAgreesWithDifferences) {
  ForEachSample(
      [](const Function& f, Value y, const std::vector<Tensor>& at) { CheckAgainstDifferences(f, y, at, 1e-6); });
}

TEST_P(EveryOp, SecondDerivativeAgreesWithDifferences) {
  constexpr int64_t kLargest = 64;  // the second derivative of a product of n numbers takes n^3
  ForEachSample([](Function& f, Value y, const std::vector<Tensor>& at) {
    for (const Tensor& x : at) {
      if (x.elements() > kLargest) return;
    }
    ir::Builder b(f);
    Value sum = b.Constant(0, b.type(y).element);
    for (Value x : FloatArguments(f)) {
      if (b.type(x).element == b.type(y).element) sum = b.Add(sum, WeightedSum(b, b.Grad(y, x)));
    }
    CheckAgainstDifferences(f, sum, at, 1e-5);
  });
}

INSTANTIATE_TEST_SUITE_P(Table, EveryOp, testing::ValuesIn(ir::AllOps()),
                         [](const auto& op) { return std::string(InfoOf(op.param).name); });

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Gradients of sum(weights * f(x)), weights 1, at `x` of the given shape; f is built on one f64 argument.
template <class F>
std::vector<double> GradientAt(std::vector<int64_t> shape, std::vector<double> x, F f) {
  Function function("f");
  ir::Builder b(function);
  Expression argument{&b, b.Argument("x", ir::Type(Element::kF64, ir::Shape(shape.begin(), shape.end())))};
  Value y = b.ReduceAll(Op::kReduceSum, f(argument));
  function.AddResult("d", b.Grad(y, argument));
  return Evaluate(ExpandGradients(function), {Tensor::Floats(shape, x, Element::kF64)})[0].floats();
}

using Numbers = std::vector<double>;
using E = Expression;

TEST(GradientEdges, ReluIsFlatAtZero) {
  EXPECT_EQ(GradientAt({3}, {-1, 0, 1}, [](E x) { return Max(x, x.Number(0)); }), (Numbers{0, 0, 1}));
}

TEST(GradientEdges, TiesGoToOperandOne) {
  EXPECT_EQ(GradientAt({3}, {-1, 0, 1}, [](E x) { return Max(x.Number(0), x); }), (Numbers{0, 1, 1}));
  EXPECT_EQ(GradientAt({3}, {-1, 0, 1}, [](E x) { return Min(x.Number(0), x); }), (Numbers{1, 1, 0}));
  EXPECT_EQ(GradientAt({3}, {-1, 0, 1}, [](E x) { return Min(x, x.Number(0)); }), (Numbers{1, 0, 0}));
}

TEST(GradientEdges, AbsIsFlatAtZero) {
  EXPECT_EQ(GradientAt({3}, {-2, 0, 2}, [](E x) { return Abs(x); }), (Numbers{-1, 0, 1}));
}

TEST(GradientEdges, SqrtIsInfinitelySteepAtZero) {
  EXPECT_EQ(GradientAt({1}, {0}, [](E x) { return Sqrt(x); }), (Numbers{kInfinity}));
}

TEST(GradientEdges, PowersOfZero) {
  auto power = [](double exponent) { return GradientAt({1}, {0}, [=](E x) { return Pow(x, x.Number(exponent)); })[0]; };
  EXPECT_EQ(power(0), 0);
  EXPECT_EQ(power(1), 1);
  EXPECT_EQ(power(2), 0);
  EXPECT_EQ(power(0.5), kInfinity);
}

TEST(GradientEdges, PowersOfNegativeNumbers) {
  EXPECT_EQ(GradientAt({2}, {-2, -3}, [](E x) { return Pow(x, x.Number(3)); }), (Numbers{12, 27}));
}

TEST(GradientEdges, TheExponentOfABaseNotAboveZeroHasNoGradient) {
  auto gradient = GradientAt({2}, {2, 3},
                             [](E x) { return Pow(Expression{x.build, x.build->Constant(0, Element::kF64, {2})}, x); });
  EXPECT_EQ(gradient, (Numbers{0, 0}));
}

TEST(GradientEdges, SelectKeepsTheOtherSideOut) {
  // where(x > 0, log(where(x > 0, x, 1)), 0), the usual guard
  auto guarded = [](E x) {
    E positive = Gt(x, x.Number(0));
    return Select(positive, Log(Select(positive, x, x.Number(1))), x.Number(0));
  };
  EXPECT_EQ(GradientAt({3}, {-1, 0, 4}, guarded), (Numbers{0, 0, 0.25}));
}

TEST(GradientEdges, AMaximumGivesItsGradientToTheFirstOfEquals) {
  auto over = [](Op op, std::vector<int64_t> axes) { return [=](E x) { return x.build->Reduce(op, x, axes); }; };
  EXPECT_EQ(GradientAt({2, 3}, {1, 3, 3, 5, 5, 5}, over(Op::kReduceMax, {1})), (Numbers{0, 1, 0, 1, 0, 0}));
  EXPECT_EQ(GradientAt({2, 3}, {1, 3, 3, 1, 5, 1}, over(Op::kReduceMin, {0})), (Numbers{1, 1, 0, 0, 0, 1}));
  EXPECT_EQ(GradientAt({2, 3}, {1, 5, 3, 5, 5, 5}, over(Op::kReduceMax, {0, 1})), (Numbers{0, 1, 0, 0, 0, 0}));
}

TEST(GradientEdges, AProductWithZeros) {
  auto product = [](E x) { return x.build->Reduce(Op::kReduceProd, x, {1}); };
  EXPECT_EQ(GradientAt({3, 3}, {2, 3, 4, 2, 0, 4, 0, 3, 0}, product), (Numbers{12, 8, 6, 0, 8, 0, 0, 0, 0}));
}

TEST(GradientEdges, AProductWithZerosTwice) {
  // d/dx_i sum_j d(x0 x1 x2)/dx_j at (0, 3, 0) is x2 + x1, x0 + x2, x1 + x0.
  auto twice = [](E x) {
    ir::Builder& b = *x.build;
    return b.Grad(b.ReduceAll(Op::kReduceProd, x), x);
  };
  EXPECT_EQ(GradientAt({3}, {0, 3, 0}, twice), (Numbers{3, 0, 3}));
}

TEST(GradientEdges, SigmoidAndTanhSaturateWithoutNaN) {
  EXPECT_EQ(GradientAt({2}, {-1000, 1000}, [](E x) { return Sigmoid(x); }), (Numbers{0, 0}));
  EXPECT_EQ(GradientAt({2}, {-1000, 1000}, [](E x) { return Tanh(x); }), (Numbers{0, 0}));
}

TEST(GradientEdges, StopGradientCuts) {
  EXPECT_EQ(GradientAt({1}, {3}, [](E x) { return x * StopGradient(x); }), (Numbers{3}));
}

TEST(GradientEdges, AnIdOutsideGivesItsGradientToTheNearestRow) {
  auto at = [](E x) {
    return x.build->Take(x, x.build->Sub(x.build->Iota({6}, 0), x.build->Constant(1, Element::kI32)));
  };
  EXPECT_EQ(GradientAt({3}, {1, 2, 3}, at), (Numbers{2, 1, 3}));  // ids -1 to 4
}

TEST(GradientEdges, ARowThatIsDroppedHasNoGradient) {
  auto scattered = [](E x) {
    ir::Builder& b = *x.build;
    Value ids = b.Sub(b.Iota({4}, 0), b.Constant(1, Element::kI32));
    return b.ScatterAdd(b.Constant(0, Element::kF64, {2, 2}), ids, x);
  };
  EXPECT_EQ(GradientAt({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8}, scattered), (Numbers{0, 0, 1, 1, 1, 1, 0, 0}));  // ids -1 to 2
}

TEST(GradientEdges, EmptyTensors) {
  EXPECT_EQ(GradientAt({2, 0}, {}, [](E x) { return x.build->Reduce(Op::kReduceMax, x, {1}); }), (Numbers{}));
}

}  // namespace
}  // namespace nnc::passes
