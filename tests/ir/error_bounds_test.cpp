#include "tests/ir/error_bounds.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ir/builder.h"
#include "tests/ir/op_samples.h"
#include "tests/ir/unroll.h"

namespace nnc::ir {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The bound of f(x) for a scalar x.
template <class F>
double BoundAt(double x, F f) {
  Function function("f");
  Builder b(function);
  function.AddResult("y", f(b, b.Argument("x", Element::kF32)));
  return Bound(function, std::vector<Tensor>{Tensor::Floats({}, {x})}, Precision::kElement)[0].error[0];
}

constexpr double kUnit = 0x1p-24;

TEST(ErrorBounds, MovingIsExact) {
  EXPECT_EQ(BoundAt(3, [](Builder& b, Value x) { return b.Reshape(b.Neg(x), {1}); }), 0);
}

TEST(ErrorBounds, ArithmeticRounds) {
  double bound = BoundAt(3, [](Builder& b, Value x) { return b.Mul(x, x); });
  EXPECT_GE(bound, 9 * kUnit);
  EXPECT_LE(bound, 3 * 9 * kUnit);
}

// 1 - cos(x) near 0 keeps the error of cos(x), which is a large part of it.
TEST(ErrorBounds, CancellationShows) {
  auto cancelled = [](Builder& b, Value x) { return b.Sub(b.Constant(1, Element::kF32), b.Cos(x)); };
  EXPECT_GE(BoundAt(1e-4, cancelled), 4 * kUnit);
}

TEST(ErrorBounds, JumpsAreUndecided) {
  auto above_one = [](Builder& b, Value x) { return b.Gt(b.Exp(x), b.Constant(1, Element::kF32)); };
  EXPECT_EQ(BoundAt(0, above_one), kInfinity);
  EXPECT_EQ(BoundAt(1, above_one), 0);
  auto pole = [](Builder& b, Value x) { return b.Div(x, b.Sub(b.Exp(x), b.Constant(1, Element::kF32))); };
  EXPECT_EQ(BoundAt(0, pole), kInfinity);
}

TEST(ErrorBounds, OfNanAndInfinityEitherAllOrNothingIsSaid) {
  auto log = [](Builder& b, Value x) { return b.Log(x); };
  EXPECT_EQ(BoundAt(-1, log), 0);
  EXPECT_EQ(BoundAt(0, log), 0);
  auto near_zero = [](Builder& b, Value x) { return b.Log(b.Sub(b.Exp(x), b.Exp(x))); };
  EXPECT_EQ(BoundAt(1, near_zero), kInfinity);
}

TEST(ErrorBounds, BeyondTheRangeIsInfinite) {
  Function f("f");
  Builder b(f);
  f.AddResult("y", b.Exp(b.Argument("x", Element::kF32)));
  std::vector<Tensor> at = {Tensor::Floats({}, {100})};
  Bounded y = Bound(f, at, Precision::kElement)[0];
  EXPECT_EQ(y.value.number(0), kInfinity);
  EXPECT_EQ(y.error[0], 0);
  EXPECT_EQ(Bound(f, at, Precision::kDouble)[0].value.number(0), std::exp(100));
}

// Every op has a rule, which is exact or small where arguments are exact and the result does not jump.
TEST(ErrorBounds, AreSmallForEveryOp) {
  for (Op op : AllOps()) {
    if (InfoOf(op).op_class == OpClass::kRequest) continue;
    for (const OpSample& sample : SamplesOf(op, SampleValues::kSmooth)) {
      SCOPED_TRACE(sample.name);
      std::vector<Tensor> want = Evaluate(sample.function, sample.arguments);
      Bounded got = Bound(Unroll(sample.function), sample.arguments, Precision::kElement)[0];
      EXPECT_EQ(FirstDifference(want[0], got), "");
      bool jumps = op == Op::kMod || op == Op::kCast;
      for (size_t i = 0; i < got.error.size() && !jumps; ++i) {
        double scale = std::max(1.0, std::abs(got.value.number(static_cast<int64_t>(i))));
        EXPECT_LE(got.error[i], (want[0].element == Element::kBF16 ? 0.1 : 1e-3) * scale);
      }
    }
  }
}

}  // namespace
}  // namespace nnc::ir
