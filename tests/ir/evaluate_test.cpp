#include "ir/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "ir/builder.h"
#include "tests/ir/op_samples.h"

namespace nnc::ir {
namespace {

using K = AttributeKey;
using Axes = std::vector<int64_t>;
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Tensor F(std::vector<int64_t> shape, std::vector<double> values) {
  return Tensor::Floats(std::move(shape), std::move(values));
}
Tensor F(std::vector<double> values) {
  auto count = static_cast<int64_t>(values.size());
  return F({count}, std::move(values));
}
Tensor I(std::vector<int64_t> values, Element element = Element::kI32) {
  auto count = static_cast<int64_t>(values.size());
  return Tensor::Ints({count}, std::move(values), element);
}
Tensor I(std::vector<int64_t> shape, std::vector<int64_t> values) {
  return Tensor::Ints(std::move(shape), std::move(values));
}
Tensor B(std::vector<int64_t> values) { return I(std::move(values), Element::kBool); }

// One call with its value worked out by hand.
struct Example {
  Op op;
  std::vector<Tensor> operands;
  Attributes attributes;
  Tensor want;
};

const std::vector<Example>& Examples() {
  static const std::vector<Example> examples = {
      {Op::kConstant, {}, {{K::kValue, 2.5}, {K::kElement, Element::kF32}, {K::kShape, Shape{2}}}, F({2.5, 2.5})},
      {Op::kConstant, {}, {{K::kValue, -3.0}, {K::kElement, Element::kI32}, {K::kShape, Shape{1}}}, I({-3})},
      {Op::kSize, {}, {{K::kDim, Dim(7)}}, Tensor::Ints({}, {7}, Element::kI64)},
      {Op::kIota, {}, {{K::kShape, Shape{2, 3}}, {K::kAxis, int64_t{1}}}, I({2, 3}, {0, 1, 2, 0, 1, 2})},
      {Op::kIota, {}, {{K::kShape, Shape{2, 3}}, {K::kAxis, int64_t{0}}}, I({2, 3}, {0, 0, 0, 1, 1, 1})},
      // Output 0 of SplitMix64 from seed 0 is 0xE220A8397B1DCDAF, output 1 is 0x6E789E6AA1B965F4.
      {Op::kUniform,
       {Tensor::Ints({}, {0}, Element::kI64)},
       {{K::kElement, Element::kF32}, {K::kShape, Shape{2}}},
       F({0xE220A8 * 0x1p-24, 0x6E789E * 0x1p-24})},
      {Op::kUniform,
       {Tensor::Ints({}, {0}, Element::kI64)},
       {{K::kElement, Element::kF64}, {K::kShape, Shape{1}}},
       Tensor::Floats({1}, {(0xE220A8397B1DCDAF >> 11) * 0x1p-53}, Element::kF64)},

      {Op::kNeg, {F({1, -2, kInf})}, {}, F({-1, 2, -kInf})},
      {Op::kNeg, {I({5, INT32_MIN})}, {}, I({-5, INT32_MIN})},
      {Op::kNeg, {I({0, 1}, Element::kU8)}, {}, I({0, 255}, Element::kU8)},
      {Op::kAbs, {F({-2, 3})}, {}, F({2, 3})},
      {Op::kAbs, {I({-2, INT32_MIN})}, {}, I({2, INT32_MIN})},
      {Op::kSign, {F({-2, 0, 3, kNan})}, {}, F({-1, 0, 1, kNan})},
      {Op::kSign, {I({-7, 0, 7})}, {}, I({-1, 0, 1})},
      {Op::kExp, {F({0, 1, -kInf})}, {}, F({1, 2.718281828459045, 0})},
      {Op::kLog, {F({1, 0, -1})}, {}, F({0, -kInf, kNan})},
      {Op::kLog1p, {F({0, 1e-20, -1})}, {}, F({0, 1e-20, -kInf})},
      {Op::kExpm1, {F({0, 1e-20, -kInf})}, {}, F({0, 1e-20, -1})},
      {Op::kSqrt, {F({4, 2, -1})}, {}, F({2, 1.4142135623730951, kNan})},
      {Op::kRsqrt, {F({4, 0})}, {}, F({0.5, kInf})},
      {Op::kSin, {F({0, 1})}, {}, F({0, 0.8414709848078965})},
      {Op::kCos, {F({0, 1})}, {}, F({1, 0.5403023058681398})},
      {Op::kTanh, {F({0, 0.5, 100})}, {}, F({0, 0.46211715726000973, 1})},
      {Op::kSigmoid, {F({0, 2, -700, 700})}, {}, F({0.5, 0.8807970779778825, 9.859676543759770e-305, 1})},
      {Op::kErf, {F({0, 1})}, {}, F({0, 0.8427007929497149})},
      {Op::kNormalCdf, {F({0, -2, -kInf, kInf})}, {}, F({0.5, 0.022750131948179207, 0, 1})},
      {Op::kFloor, {F({1.5, -1.5})}, {}, F({1, -2})},
      {Op::kCeil, {F({1.5, -1.5})}, {}, F({2, -1})},
      {Op::kRound, {F({0.5, 1.5, 2.5, -0.5, 2.6})}, {}, F({0, 2, 2, 0, 3})},
      {Op::kIsFinite, {F({1, kInf, -kInf, kNan})}, {}, B({1, 0, 0, 0})},
      {Op::kNot, {B({0, 1})}, {}, B({1, 0})},
      {Op::kCast,
       {F({1.9, -1.9, 3e9, -3e9, kNan})},
       {{K::kElement, Element::kI32}},
       I({1, -1, INT32_MAX, INT32_MIN, 0})},
      {Op::kCast, {F({-1, 300})}, {{K::kElement, Element::kU8}}, I({0, 255}, Element::kU8)},
      {Op::kCast, {F({1e300})}, {{K::kElement, Element::kI64}}, I({INT64_MAX}, Element::kI64)},
      {Op::kCast, {F({0, 0.5, kNan})}, {{K::kElement, Element::kBool}}, B({0, 1, 1})},
      {Op::kCast, {I({7, -1})}, {{K::kElement, Element::kF32}}, F({7, -1})},
      {Op::kCast, {I({257, -1})}, {{K::kElement, Element::kU8}}, I({1, 255}, Element::kU8)},
      {Op::kCast, {I({256, 0})}, {{K::kElement, Element::kBool}}, B({1, 0})},
      {Op::kStopGradient, {F({1, 2})}, {}, F({1, 2})},
      {Op::kCustomVjp, {F({1, 2}), F({0, 0}), F({3}), F({0})}, {}, F({1, 2})},

      {Op::kAdd, {F({2, 1}, {1, 2}), F({1, 3}, {10, 20, 30})}, {}, F({2, 3}, {11, 21, 31, 12, 22, 32})},
      {Op::kAdd, {I({INT32_MAX}), I({1})}, {}, I({INT32_MIN})},
      {Op::kSub, {F({2, 2}, {1, 2, 3, 4}), F({1, 2})}, {}, F({2, 2}, {0, 0, 2, 2})},
      {Op::kSub, {I({3}, Element::kU8), I({5}, Element::kU8)}, {}, I({254}, Element::kU8)},
      {Op::kMul, {F({2, 3}), F({}, {4})}, {}, F({8, 12})},
      {Op::kMul, {I({1 << 16}), I({1 << 16})}, {}, I({0})},
      {Op::kDiv, {F({1, 0}), F({4, 0})}, {}, F({0.25, kNan})},
      {Op::kDiv, {I({7, -7, 7, -7, 5}), I({2, 2, -2, -2, 0})}, {}, I({3, -4, -4, 3, 0})},
      {Op::kDiv, {I({INT32_MIN}), I({-1})}, {}, I({INT32_MIN})},
      {Op::kMod, {F({7.5, -7.5}), F({2, 2})}, {}, F({1.5, 0.5})},
      {Op::kMod, {I({7, -7, 7, -7, 5}), I({2, 2, -2, -2, 0})}, {}, I({1, 1, -1, -1, 0})},
      {Op::kPow, {F({2, 2, -8}), F({10, -1, 2})}, {}, F({1024, 0.5, 64})},
      {Op::kPow, {I({3, 2, 1, -1, -1, 0, 5}), I({4, -1, -3, -3, -2, 0, 0})}, {}, I({81, 0, 1, -1, 1, 1, 1})},
      {Op::kMax, {F({1, kNan, 3}), F({2, 0, kNan})}, {}, F({2, kNan, kNan})},
      {Op::kMax, {I({1, -3}), I({2, -4})}, {}, I({2, -3})},
      {Op::kMin, {F({1, kNan, 3}), F({2, 0, kNan})}, {}, F({1, kNan, kNan})},
      {Op::kMin, {I({1, -3}), I({2, -4})}, {}, I({1, -4})},
      {Op::kAnd, {B({0, 0, 1, 1}), B({0, 1, 0, 1})}, {}, B({0, 0, 0, 1})},
      {Op::kOr, {B({0, 0, 1, 1}), B({0, 1, 0, 1})}, {}, B({0, 1, 1, 1})},
      {Op::kEq, {F({1, 2, kNan}), F({1, 3, kNan})}, {}, B({1, 0, 0})},
      {Op::kNe, {F({1, 2, kNan}), F({1, 3, kNan})}, {}, B({0, 1, 1})},
      {Op::kLt, {F({1, 2, kNan}), F({2, 2, 2})}, {}, B({1, 0, 0})},
      {Op::kLe, {F({1, 2, kNan}), F({2, 2, 2})}, {}, B({1, 1, 0})},
      {Op::kGt, {I({1, 2, 3}), I({2, 2, 2})}, {}, B({0, 0, 1})},
      {Op::kGe, {I({1, 2, 3}), I({2, 2, 2})}, {}, B({0, 1, 1})},
      // FoldIn(0, 0) is Mix64(0xE220A8397B1DCDAF ^ 0xD1B54A32D192ED03).
      {Op::kFoldIn,
       {I({0}, Element::kI64), I({0}, Element::kI64)},
       {},
       I({static_cast<int64_t>(Mix64(0x3395E20BAA8F20AC))}, Element::kI64)},
      {Op::kSelect, {B({1, 0, 1}), F({1, 2, 3}), F({}, {9})}, {}, F({1, 9, 3})},

      {Op::kReduceSum, {F({2, 3}, {1, 2, 3, 4, 5, 6})}, {{K::kAxes, Axes{0}}, {K::kKeepdims, false}}, F({5, 7, 9})},
      {Op::kReduceSum,
       {F({2, 3}, {1, 2, 3, 4, 5, 6})},
       {{K::kAxes, Axes{1}}, {K::kKeepdims, true}},
       F({2, 1}, {6, 15})},
      {Op::kReduceSum, {F({2, 0}, {})}, {{K::kAxes, Axes{1}}, {K::kKeepdims, false}}, F({0, 0})},
      {Op::kReduceSum,
       {I({200, 100}, Element::kU8)},
       {{K::kAxes, Axes{0}}, {K::kKeepdims, true}},
       I({44}, Element::kU8)},
      {Op::kReduceProd, {F({2, 2}, {1, 2, 3, 4})}, {{K::kAxes, Axes{0, 1}}, {K::kKeepdims, false}}, F({}, {24})},
      {Op::kReduceProd, {F({0}, {})}, {{K::kAxes, Axes{0}}, {K::kKeepdims, false}}, F({}, {1})},
      {Op::kReduceMax, {F({2, 2}, {1, kNan, 4, 3})}, {{K::kAxes, Axes{1}}, {K::kKeepdims, false}}, F({kNan, 4})},
      {Op::kReduceMax, {F({0}, {})}, {{K::kAxes, Axes{0}}, {K::kKeepdims, false}}, F({}, {-kInf})},
      {Op::kReduceMax, {Tensor::Ints({0}, {})}, {{K::kAxes, Axes{0}}, {K::kKeepdims, true}}, I({INT32_MIN})},
      {Op::kReduceMax, {B({0, 1})}, {{K::kAxes, Axes{0}}, {K::kKeepdims, true}}, B({1})},
      {Op::kReduceMin, {F({2, 2}, {1, kNan, 4, 3})}, {{K::kAxes, Axes{1}}, {K::kKeepdims, false}}, F({kNan, 3})},
      {Op::kReduceMin, {F({0}, {})}, {{K::kAxes, Axes{0}}, {K::kKeepdims, false}}, F({}, {kInf})},
      {Op::kReduceMin, {B({0, 1})}, {{K::kAxes, Axes{0}}, {K::kKeepdims, true}}, B({0})},
      {Op::kArgMax, {F({2, 3}, {1, 3, 3, 7, 5, 6})}, {{K::kAxis, int64_t{1}}, {K::kKeepdims, false}}, I({1, 0})},
      {Op::kArgMax, {F({2, 3}, {1, 3, 3, 7, 5, 6})}, {{K::kAxis, int64_t{0}}, {K::kKeepdims, false}}, I({1, 1, 1})},
      {Op::kArgMax, {F({9, kNan, 10, kNan})}, {{K::kAxis, int64_t{0}}, {K::kKeepdims, true}}, I({1})},
      {Op::kArgMax, {F({-kInf, -kInf})}, {{K::kAxis, int64_t{0}}, {K::kKeepdims, true}}, I({0})},

      {Op::kReshape, {F({2, 2}, {1, 2, 3, 4})}, {{K::kShape, Shape{4}}}, F({1, 2, 3, 4})},
      {Op::kTranspose, {F({2, 3}, {1, 2, 3, 4, 5, 6})}, {{K::kAxes, Axes{1, 0}}}, F({3, 2}, {1, 4, 2, 5, 3, 6})},
      {Op::kTranspose,
       {F({1, 2, 3}, {1, 2, 3, 4, 5, 6})},
       {{K::kAxes, Axes{2, 0, 1}}},
       F({3, 1, 2}, {1, 4, 2, 5, 3, 6})},
      {Op::kBroadcast, {F({1, 2})}, {{K::kShape, Shape{2, 2}}}, F({2, 2}, {1, 2, 1, 2})},
      {Op::kBroadcast, {F({2, 1}, {1, 2})}, {{K::kShape, Shape{2, 2}}}, F({2, 2}, {1, 1, 2, 2})},
      {Op::kSlice,
       {F({2, 3}, {1, 2, 3, 4, 5, 6})},
       {{K::kAxis, int64_t{1}}, {K::kStart, Dim(1)}, {K::kLimit, Dim(3)}},
       F({2, 2}, {2, 3, 5, 6})},
      {Op::kPad,
       {F({2, 1}, {1, 2})},
       {{K::kAxis, int64_t{1}}, {K::kLow, Dim(1)}, {K::kHigh, Dim(2)}},
       F({2, 4}, {0, 1, 0, 0, 0, 2, 0, 0})},
      {Op::kConcat,
       {F({2, 1}, {1, 2}), F({2, 0}, {}), F({2, 2}, {3, 4, 5, 6})},
       {{K::kAxis, int64_t{1}}},
       F({2, 3}, {1, 3, 4, 2, 5, 6})},
      {Op::kReverse, {F({2, 3}, {1, 2, 3, 4, 5, 6})}, {{K::kAxis, int64_t{1}}}, F({2, 3}, {3, 2, 1, 6, 5, 4})},
      {Op::kReverse, {F({2, 3}, {1, 2, 3, 4, 5, 6})}, {{K::kAxis, int64_t{0}}}, F({2, 3}, {4, 5, 6, 1, 2, 3})},
      {Op::kShear,
       {F({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8})},
       {{K::kAxis, int64_t{0}}, {K::kStride, int64_t{2}}, {K::kDilation, int64_t{1}}},
       F({2, 2}, {1, 4, 5, 8})},
      {Op::kUnshear,
       {F({2, 2}, {1, 2, 3, 4})},
       {{K::kAxis, int64_t{0}}, {K::kStride, int64_t{2}}, {K::kDilation, int64_t{1}}, {K::kLength, Dim(5)}},
       F({5, 2}, {1, 0, 0, 2, 3, 0, 0, 4, 0, 0})},

      {Op::kTake, {F({2, 2}, {1, 2, 3, 4}), I({1, 0, -5, 9})}, {}, F({4, 2}, {3, 4, 1, 2, 1, 2, 3, 4})},
      {Op::kTake, {F({0, 2}, {}), I({3})}, {}, F({1, 2}, {0, 0})},
      {Op::kScatterAdd,
       {F({2, 2}, {1, 2, 3, 4}), I({1, 1, -1, 2}), F({4, 2}, {10, 20, 30, 40, 50, 60, 70, 80})},
       {},
       F({2, 2}, {1, 2, 43, 64})},
      {Op::kScatterAdd, {I({INT32_MAX}), I({0}), I({1})}, {}, I({INT32_MIN})},

      {Op::kCumSum, {F({2, 3}, {1, 2, 3, 4, 5, 6})}, {{K::kAxis, int64_t{1}}}, F({2, 3}, {1, 3, 6, 4, 9, 15})},
      {Op::kCumSum, {F({2, 3}, {1, 2, 3, 4, 5, 6})}, {{K::kAxis, int64_t{0}}}, F({2, 3}, {1, 2, 3, 5, 7, 9})},
      {Op::kCumSum, {I({2}, {INT32_MAX, 1})}, {{K::kAxis, int64_t{0}}}, I({2}, {INT32_MAX, INT32_MIN})},
      {Op::kArgSort,
       {F({5}, {2, kNan, 1, 2, -1})},
       {{K::kAxis, int64_t{0}}, {K::kDescending, false}},
       I({5}, {4, 2, 0, 3, 1})},
      {Op::kArgSort,
       {F({5}, {2, kNan, 1, 2, -1})},
       {{K::kAxis, int64_t{0}}, {K::kDescending, true}},
       I({5}, {1, 0, 3, 2, 4})},
      {Op::kArgSort,
       {I({2, 2}, {3, 1, 2, 1})},
       {{K::kAxis, int64_t{0}}, {K::kDescending, false}},
       I({2, 2}, {1, 0, 0, 1})},

      {Op::kMatMul,
       {F({2, 3}, {1, 2, 3, 4, 5, 6}), F({3, 2}, {1, 0, 0, 1, 1, 1})},
       {{K::kTransposeA, false}, {K::kTransposeB, false}},
       F({2, 2}, {4, 5, 10, 11})},
      {Op::kMatMul,
       {F({3, 2}, {1, 4, 2, 5, 3, 6}), F({2, 3}, {1, 0, 1, 0, 1, 1})},
       {{K::kTransposeA, true}, {K::kTransposeB, true}},
       F({2, 2}, {4, 5, 10, 11})},
      {Op::kMatMul,
       {F({2, 1, 1}, {2, 3}), F({2, 1, 2}, {1, 10, 1, 10})},
       {{K::kTransposeA, false}, {K::kTransposeB, false}},
       F({2, 1, 2}, {2, 20, 3, 30})},
      {Op::kMatMul,
       {F({1, 0}, {}), F({0, 2}, {})},
       {{K::kTransposeA, false}, {K::kTransposeB, false}},
       F({1, 2}, {0, 0})},
      {Op::kMatMul,
       {I({1, 2}, {1 << 16, 1}), I({2, 1}, {1 << 16, 7})},
       {{K::kTransposeA, false}, {K::kTransposeB, false}},
       I({1, 1}, {7})},
  };
  return examples;
}

Shape AsShape(const std::vector<int64_t>& extents) { return Shape(extents.begin(), extents.end()); }

Type TypeOf(const Tensor& tensor) { return Type(tensor.element, AsShape(tensor.shape)); }

// Equal to the last bits that a mathematical function may differ in; NaN equals NaN.
void ExpectEqual(const Tensor& got, const Tensor& want) {
  EXPECT_EQ(Name(got.element), Name(want.element));
  ASSERT_EQ(got.shape, want.shape);
  ASSERT_EQ(got.elements(), want.elements());
  if (!IsFloat(want.element)) {
    EXPECT_EQ(got.ints(), want.ints());
  } else {
    EXPECT_THAT(got.floats(), testing::Pointwise(testing::NanSensitiveDoubleEq(), want.floats()));
  }
}

TEST(Evaluate, GivesTheValuesWorkedOutByHand) {
  for (const Example& example : Examples()) {
    SCOPED_TRACE(InfoOf(example.op).mnemonic);
    Function f("f");
    Builder builder(f);
    std::vector<Value> operands;
    for (const Tensor& tensor : example.operands) {
      operands.push_back(builder.Argument(std::string(1, static_cast<char>('a' + operands.size())), TypeOf(tensor)));
    }
    f.AddResult("r", builder.Apply(example.op, operands, example.attributes));
    ExpectEqual(Evaluate(f, example.operands)[0], example.want);
  }
}

TEST(Evaluate, RoundsEachResultInBF16ToNearestEven) {
  EXPECT_EQ(RoundToBF16(1 + 0x1p-8), 1);
  EXPECT_EQ(RoundToBF16(1 + 0x1.8p-7), 1 + 0x1p-6);
  EXPECT_EQ(RoundToBF16(-1e60), -kInf);
  EXPECT_TRUE(std::isnan(RoundToBF16(kNan)));
  Function f("f");
  Builder b(f);
  Value x = b.Argument("x", Type(Element::kBF16));
  f.AddResult("r", b.Sub(b.Add(x, b.Constant(0x1p-8, Element::kBF16)), x));
  EXPECT_EQ(Evaluate(f, {Tensor::Floats({}, {1}, Element::kBF16)})[0].floats()[0], 0);
}

TEST(Evaluate, EveryOpHasAnExample) {
  // The first have no value of their own; scan_test.cpp has the last.
  std::set<Op> covered = {Op::kArgument, Op::kVjp, Op::kJacobian, Op::kScan, Op::kPart};
  for (const Example& example : Examples()) covered.insert(example.op);
  for (Op op : AllOps()) EXPECT_TRUE(covered.contains(op)) << InfoOf(op).mnemonic;
}

TEST(Evaluate, EverySampleOfEveryOpHasTheTypeOfItsNode) {
  for (Op op : AllOps()) {
    if (InfoOf(op).op_class == OpClass::kRequest) continue;
    std::vector<OpSample> samples = SamplesOf(op, SampleValues::kSpecial);
    EXPECT_GE(samples.size(), 3u) << InfoOf(op).mnemonic;
    for (const OpSample& sample : samples) {
      SCOPED_TRACE(sample.name);
      Tensor result = Evaluate(sample.function, sample.arguments)[0];
      EXPECT_EQ(TypeOf(result), sample.function.type(sample.function.results()[0].value));
      EXPECT_EQ(result.elements(), TypeOf(result).elements());
    }
  }
}

TEST(Evaluate, RunsAFunctionInOrderAndShowsEachValue) {
  Function f("f");
  Builder builder(f);
  Value x = builder.Argument("x", Type(Element::kF32, {2}));
  Value y = builder.Mul(x, x);
  Value z = builder.Sub(y, x);
  f.AddResult("z", z);
  f.AddResult("x", x);
  std::vector<uint32_t> seen;
  std::vector<Tensor> results = Evaluate(f, {F({3, 5})}, [&](Value v, const Tensor&) { seen.push_back(v.index); });
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].floats(), (std::vector<double>{6, 20}));
  EXPECT_EQ(results[1].floats(), (std::vector<double>{3, 5}));
  EXPECT_EQ(seen, (std::vector<uint32_t>{0, 1, 2}));
}

TEST(Evaluate, KeepsDoublePrecisionBetweenOps) {
  Function f("f");
  Builder builder(f);
  Value x = builder.Argument("x", Element::kF32);
  f.AddResult("r", builder.Sub(builder.Add(x, builder.Constant(1, Element::kF32)), x));
  EXPECT_EQ(Evaluate(f, {F({}, {0x1p30})})[0].floats()[0], 1.0);  // in f32 it would be 0
}

TEST(Evaluate, RefusesWrongArgumentsByName) {
  Function f("f");
  Builder builder(f);
  builder.Argument("x", Type(Element::kF32, {2, 3}));
  auto message = [&](const std::vector<Tensor>& arguments) -> std::string {
    try {
      Evaluate(f, arguments);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(message({}), "@f takes 1 arguments, not 0");
  EXPECT_EQ(message({F({3, 2}, std::vector<double>(6))}), "argument %x is f32[2, 3], not f32[3, 2] of 6 elements");
  EXPECT_EQ(message({F({2, 3}, {1})}), "argument %x is f32[2, 3], not f32[2, 3] of 1 elements");
  EXPECT_EQ(message({I({2, 3}, std::vector<int64_t>(6))}), "argument %x is f32[2, 3], not i32[2, 3] of 6 elements");
}

TEST(Evaluate, ADerivativeMustBeExpandedFirst) {
  for (Op op : {Op::kVjp, Op::kJacobian}) {
    OpSample sample = SamplesOf(op)[0];
    EXPECT_THROW(Evaluate(sample.function, sample.arguments), std::invalid_argument);
  }
}

TEST(Uniform, HasTheDigitsOfItsTypeAndStaysBelowOne) {
  for (uint64_t i = 0; i < 1000; ++i) {
    for (auto [element, digits] : {std::pair{Element::kF32, 24}, {Element::kF64, 53}, {Element::kBF16, 8}}) {
      double u = UniformAt(7, i, element);
      EXPECT_GE(u, 0);
      EXPECT_LT(u, 1);
      EXPECT_EQ(std::ldexp(u, digits), std::floor(std::ldexp(u, digits)));
    }
  }
}

TEST(FoldIn, GivesKeysThatDifferInEachArgument) {
  std::set<uint64_t> keys;
  for (uint64_t key = 0; key < 30; ++key) {
    for (uint64_t data = 0; data < 30; ++data) keys.insert(FoldKey(key, data));
  }
  EXPECT_EQ(keys.size(), 900u);
}

TEST(Evaluate, ALongChainNeedsLittleMemoryAndNoRecursion) {
  Function f("f");
  Builder builder(f);
  Value x = builder.Argument("x", Type(Element::kF32, {1}));
  Value one = builder.Constant(1, Element::kF32);
  for (int i = 0; i < 20'000; ++i) x = builder.Add(x, one);
  f.AddResult("r", x);
  EXPECT_EQ(Evaluate(f, {F({0.0})})[0].floats()[0], 20'000);
}

}  // namespace
}  // namespace nnc::ir
