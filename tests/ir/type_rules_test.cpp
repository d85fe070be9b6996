#include "ir/type_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nnc::ir {
namespace {

using testing::HasSubstr;
using K = AttributeKey;

const Dim N = Dim::Variable("N");
const Dim M = Dim::Variable("M");

Type F32(Shape shape = {}) { return {Element::kF32, std::move(shape)}; }
Type I32(Shape shape = {}) { return {Element::kI32, std::move(shape)}; }
Type I64(Shape shape = {}) { return {Element::kI64, std::move(shape)}; }
Type Bool(Shape shape = {}) { return {Element::kBool, std::move(shape)}; }

// The inferred type, or the error's message.
std::string Infer(Op op, const std::vector<Type>& operands, const Attributes& attributes = {}) {
  EXPECT_EQ(FormError(op, operands.size(), attributes), "");
  auto result = InferType(op, operands, attributes);
  if (auto* type = std::get_if<Type>(&result)) return ToString(*type);
  return "error: " + std::get<TypeError>(result).message;
}

TypeError ErrorOf(Op op, const std::vector<Type>& operands, const Attributes& attributes = {}) {
  auto result = InferType(op, operands, attributes);
  if (auto* type = std::get_if<Type>(&result)) {
    ADD_FAILURE() << InfoOf(op).mnemonic << " gives " << ToString(*type);
    return {};
  }
  return std::get<TypeError>(result);
}

Attributes MatMulFlags(bool a, bool b) { return {{K::kTransposeA, a}, {K::kTransposeB, b}}; }
Attributes ReduceOver(std::vector<int64_t> axes, bool keepdims = false) {
  return {{K::kAxes, std::move(axes)}, {K::kKeepdims, keepdims}};
}

TEST(Broadcasting, AScalarGoesWithAnyShape) {
  EXPECT_EQ(Infer(Op::kAdd, {F32(), F32({N, 3})}), "f32[N, 3]");
  EXPECT_EQ(Infer(Op::kAdd, {F32(), F32()}), "f32");
}

TEST(Broadcasting, EqualRanksNeedEqualOrLiteralOne) {
  EXPECT_EQ(Infer(Op::kAdd, {F32({N, 1}), F32({1, 3})}), "f32[N, 3]");
  EXPECT_EQ(Infer(Op::kAdd, {F32({0, 1}), F32({1, 3})}), "f32[0, 3]");
  TypeError error = ErrorOf(Op::kAdd, {F32({N, 3}), F32({M, 3})});
  EXPECT_EQ(error.kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(error.message, "`add` of f32[N, 3] and f32[M, 3]: axis 0 is N in one and M in the other");
  EXPECT_EQ(error.axis_a, 0);
  EXPECT_EQ(error.axis_b, 0);
}

TEST(Broadcasting, ALowerRankMustEqualTheTrailingDimensions) {
  EXPECT_EQ(Infer(Op::kAdd, {F32({N, 3}), F32({3})}), "f32[N, 3]");
  TypeError error = ErrorOf(Op::kAdd, {F32({N, 3}), F32({1})});
  EXPECT_EQ(error.kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(error.operand_a, 1);
  EXPECT_EQ(error.axis_a, 0);
  EXPECT_EQ(error.operand_b, 0);
  EXPECT_EQ(error.axis_b, 1);
}

TEST(Broadcasting, ColumnWithVectorSaysHowToMendIt) {
  TypeError error = ErrorOf(Op::kSub, {F32({N, 1}), F32({N})});
  EXPECT_EQ(error.message, "`sub` of f32[N, 1] and f32[N]: [N] must equal the last axis of [N, 1], but N is not 1");
  EXPECT_THAT(error.help, HasSubstr("squeeze(..., axis: 1)"));
  EXPECT_THAT(error.help, HasSubstr("unsqueeze"));
}

TEST(Broadcasting, ADroppedAxisSaysWhereToPutItBack) {
  TypeError error = ErrorOf(Op::kSub, {F32({N, 3}), F32({N})});
  EXPECT_THAT(error.help, HasSubstr("operand 2"));
  EXPECT_THAT(error.help, HasSubstr("unsqueeze(..., axis: 1)"));
  EXPECT_THAT(error.help, HasSubstr("keepdims: true"));
}

TEST(Broadcasting, ASwappedMatrixSaysToTranspose) {
  EXPECT_THAT(ErrorOf(Op::kMul, {F32({2, 3}), F32({3, 2})}).help, HasSubstr("transpose"));
}

TEST(Broadcasting, ThreeOperandsGoTogether) {
  EXPECT_EQ(Infer(Op::kSelect, {Bool({N, 1}), F32(), F32({N, 3})}), "f32[N, 3]");
  EXPECT_EQ(Infer(Op::kSelect, {Bool({3}), F32({N, 1}), F32({1, 3})}), "f32[N, 3]");
}

TEST(TypeRules, ElementTypesDoNotMix) {
  TypeError error = ErrorOf(Op::kMul, {F32({N}), I32({N})});
  EXPECT_EQ(error.kind, DiagnosticKind::kElementMismatch);
  EXPECT_EQ(error.message, "`mul` needs one element type, but its operands are f32[N] and i32[N]");
  EXPECT_THAT(error.help, HasSubstr("`f32(...)`"));
}

TEST(TypeRules, EachClassOfElementwiseOpHasItsElements) {
  EXPECT_EQ(Infer(Op::kNeg, {I32({3})}), "i32[3]");
  EXPECT_EQ(Infer(Op::kLt, {I32({3}), I32()}), "bool[3]");
  EXPECT_EQ(Infer(Op::kEq, {Bool(), Bool()}), "bool");
  EXPECT_EQ(Infer(Op::kIsFinite, {F32({3})}), "bool[3]");
  EXPECT_EQ(Infer(Op::kAnd, {Bool({3}), Bool()}), "bool[3]");
  EXPECT_EQ(Infer(Op::kCast, {Bool({3})}, {{K::kElement, Element::kI64}}), "i64[3]");
  EXPECT_EQ(Infer(Op::kStopGradient, {Bool({3})}), "bool[3]");
  EXPECT_EQ(Infer(Op::kFoldIn, {I64(), I64({4})}), "i64[4]");
  EXPECT_EQ(ErrorOf(Op::kNeg, {Bool()}).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(ErrorOf(Op::kAdd, {Bool(), Bool()}).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(ErrorOf(Op::kExp, {I32()}).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(ErrorOf(Op::kIsFinite, {I32()}).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(ErrorOf(Op::kAnd, {Bool(), I32()}).operand_a, 1);
  EXPECT_EQ(ErrorOf(Op::kFoldIn, {I64(), I32()}).operand_a, 1);
  EXPECT_EQ(ErrorOf(Op::kSelect, {F32(), F32(), F32()}).operand_a, 0);
  EXPECT_EQ(ErrorOf(Op::kSelect, {Bool(), F32(), I32()}).kind, DiagnosticKind::kElementMismatch);
}

TEST(TypeRules, Sources) {
  auto constant = [](double value, Element element, Shape shape = {}) {
    return Attributes{{K::kValue, value}, {K::kElement, element}, {K::kShape, std::move(shape)}};
  };
  EXPECT_EQ(Infer(Op::kConstant, {}, constant(1.5, Element::kF32, {N})), "f32[N]");
  EXPECT_EQ(Infer(Op::kConstant, {}, constant(1.5, Element::kI32)), "error: i32 has no value 1.5");
  EXPECT_EQ(Infer(Op::kConstant, {}, constant(256, Element::kU8)), "error: u8 has no value 256");
  EXPECT_EQ(Infer(Op::kConstant, {}, constant(2, Element::kBool)), "error: bool has no value 2");
  EXPECT_EQ(ErrorOf(Op::kConstant, {}, constant(0, Element::kF32, {-1})).kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(Infer(Op::kSize, {}, {{K::kDim, N}}), "i64");
  EXPECT_EQ(Infer(Op::kIota, {}, {{K::kShape, Shape{2, N}}, {K::kAxis, int64_t{1}}}), "i32[2, N]");
  EXPECT_EQ(ErrorOf(Op::kIota, {}, {{K::kShape, Shape{2}}, {K::kAxis, int64_t{1}}}).kind, DiagnosticKind::kBadAxis);
  Attributes uniform = {{K::kElement, Element::kF32}, {K::kShape, Shape{N}}};
  EXPECT_EQ(Infer(Op::kUniform, {I64()}, uniform), "f32[N]");
  EXPECT_EQ(ErrorOf(Op::kUniform, {I32()}, uniform).kind, DiagnosticKind::kTypeMismatch);
}

TEST(TypeRules, Reductions) {
  EXPECT_EQ(Infer(Op::kReduceSum, {F32({N, 3, 4})}, ReduceOver({0, 2})), "f32[3]");
  EXPECT_EQ(Infer(Op::kReduceSum, {F32({N, 3, 4})}, ReduceOver({0, 2}, true)), "f32[1, 3, 1]");
  EXPECT_EQ(Infer(Op::kReduceMax, {Bool({N})}, ReduceOver({0})), "bool");
  EXPECT_EQ(ErrorOf(Op::kReduceSum, {Bool({N})}, ReduceOver({0})).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(Infer(Op::kReduceSum, {F32({N, 3})}, ReduceOver({2})),
            "error: `reduce_sum` along axis 2 of f32[N, 3], which has axes 0 to 1");
  EXPECT_EQ(ErrorOf(Op::kReduceSum, {F32({N, 3})}, ReduceOver({0, 0})).kind, DiagnosticKind::kBadAxis);
  EXPECT_EQ(ErrorOf(Op::kReduceSum, {F32({N, 3})}, ReduceOver({1, 0})).kind, DiagnosticKind::kBadAxis);
  Attributes last = {{K::kAxis, int64_t{1}}, {K::kKeepdims, false}};
  EXPECT_EQ(Infer(Op::kArgMax, {F32({N, 3})}, last), "i32[N]");
  EXPECT_EQ(ErrorOf(Op::kArgMax, {F32({N, 0})}, last).kind, DiagnosticKind::kShapeMismatch);
}

TEST(TypeRules, ReshapeKeepsTheNumberOfElements) {
  EXPECT_EQ(Infer(Op::kReshape, {F32({N, 6})}, {{K::kShape, Shape{N * 2, 3}}}), "f32[2*N, 3]");
  TypeError error = ErrorOf(Op::kReshape, {F32({N, 6})}, {{K::kShape, Shape{N, 5}}});
  EXPECT_EQ(error.kind, DiagnosticKind::kBadReshape);
  EXPECT_EQ(error.message, "`reshape` of f32[N, 6] to [N, 5]: 6*N elements cannot become 5*N");
  EXPECT_EQ(ErrorOf(Op::kReshape, {F32({4})}, {{K::kShape, Shape{-2, -2}}}).kind, DiagnosticKind::kShapeMismatch);
}

TEST(TypeRules, TransposeNeedsAPermutation) {
  EXPECT_EQ(Infer(Op::kTranspose, {F32({N, 3, 4})}, {{K::kAxes, std::vector<int64_t>{2, 0, 1}}}), "f32[4, N, 3]");
  for (std::vector<int64_t> axes : std::vector<std::vector<int64_t>>{{0, 1}, {0, 1, 1}, {0, 1, 3}, {0, 1, -1}}) {
    EXPECT_EQ(ErrorOf(Op::kTranspose, {F32({N, 3, 4})}, {{K::kAxes, axes}}).kind, DiagnosticKind::kBadAxis);
  }
}

TEST(TypeRules, BroadcastMustReachItsTarget) {
  EXPECT_EQ(Infer(Op::kBroadcast, {F32({1, 3})}, {{K::kShape, Shape{N, 3}}}), "f32[N, 3]");
  EXPECT_EQ(ErrorOf(Op::kBroadcast, {F32({N, 3})}, {{K::kShape, Shape{1, 3}}}).kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(ErrorOf(Op::kBroadcast, {F32({N, 3})}, {{K::kShape, Shape{3}}}).kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(ErrorOf(Op::kBroadcast, {F32({N})}, {{K::kShape, Shape{M, N, 3}}}).operand_b, -1);
}

TEST(TypeRules, SliceStaysInside) {
  auto slice = [](Dim start, Dim limit) {
    return Attributes{{K::kAxis, int64_t{1}}, {K::kStart, std::move(start)}, {K::kLimit, std::move(limit)}};
  };
  EXPECT_EQ(Infer(Op::kSlice, {F32({2, 5})}, slice(1, 5)), "f32[2, 4]");
  EXPECT_EQ(Infer(Op::kSlice, {F32({2, 5})}, slice(5, 5)), "f32[2, 0]");
  EXPECT_EQ(Infer(Op::kSlice, {F32({2, N})}, slice(0, N - 1)), "f32[2, N - 1]");
  for (auto [start, limit] : std::vector<std::pair<Dim, Dim>>{{-1, 2}, {3, 2}, {0, 6}}) {
    TypeError error = ErrorOf(Op::kSlice, {F32({2, 5})}, slice(start, limit));
    EXPECT_EQ(error.kind, DiagnosticKind::kBadIndex);
    EXPECT_EQ(error.axis_a, 1);
  }
  EXPECT_EQ(ErrorOf(Op::kSlice, {F32({2, N})}, slice(0, N + 1)).kind, DiagnosticKind::kBadIndex);
  EXPECT_EQ(ErrorOf(Op::kSlice, {F32({5})}, slice(0, 1)).kind, DiagnosticKind::kBadAxis);
}

TEST(TypeRules, WindowsFitTheirAxis) {
  auto windows = [](int64_t stride, int64_t dilation) {
    return Attributes{{K::kAxis, int64_t{1}}, {K::kStride, stride}, {K::kDilation, dilation}};
  };
  EXPECT_EQ(Infer(Op::kShear, {F32({2, 9, 3})}, windows(2, 1)), "f32[2, 4, 3]");
  EXPECT_EQ(Infer(Op::kShear, {F32({2, 9, 3})}, windows(1, 4)), "f32[2, 1, 3]");
  EXPECT_EQ(Infer(Op::kShear, {F32({2, N, 3})}, windows(1, 1)), "f32[2, N - 2, 3]");
  EXPECT_EQ(Infer(Op::kShear, {F32({2, N, 3})}, windows(2, 1)), "f32[2, floordiv(N + 1, 2) - 1, 3]");
  EXPECT_EQ(Infer(Op::kShear, {F32({2, 6, 7})}, windows(1, 1)),
            "error: a window that reaches over 7 elements does not fit in 6: axis 1 of f32[2, 6, 7]");
  EXPECT_EQ(ErrorOf(Op::kShear, {F32({2, 6, 0})}, windows(1, 1)).kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(ErrorOf(Op::kShear, {F32({2, 6, 2})}, windows(0, 1)).kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(ErrorOf(Op::kShear, {F32({2, 6})}, windows(1, 1)).kind, DiagnosticKind::kRankMismatch);
  Attributes back = windows(2, 1);
  back.Set(K::kLength, Dim(10));
  EXPECT_EQ(Infer(Op::kUnshear, {F32({2, 4, 3})}, back), "f32[2, 10, 3]");
  EXPECT_EQ(ErrorOf(Op::kUnshear, {F32({2, 5, 3})}, back).kind, DiagnosticKind::kShapeMismatch);
}

TEST(TypeRules, PadConcatAndReverse) {
  auto pad = [](Dim low, Dim high) {
    return Attributes{{K::kAxis, int64_t{0}}, {K::kLow, std::move(low)}, {K::kHigh, std::move(high)}};
  };
  EXPECT_EQ(Infer(Op::kPad, {F32({N, 2})}, pad(1, 2)), "f32[N + 3, 2]");
  EXPECT_EQ(ErrorOf(Op::kPad, {F32({N, 2})}, pad(-1, 2)).kind, DiagnosticKind::kShapeMismatch);
  Attributes last = {{K::kAxis, int64_t{1}}};
  EXPECT_EQ(Infer(Op::kConcat, {F32({N, 2}), F32({N, 3}), F32({N, M})}, last), "f32[N, M + 5]");
  EXPECT_EQ(Infer(Op::kConcat, {F32({N, 2}), F32({M, 3})}, last),
            "error: `concat` of f32[N, 2] and f32[M, 3]: axis 0 of operand 1 is N, but axis 0 of operand 2 is M");
  EXPECT_EQ(ErrorOf(Op::kConcat, {F32({N, 2}), F32({N})}, last).kind, DiagnosticKind::kRankMismatch);
  EXPECT_EQ(ErrorOf(Op::kConcat, {F32({N, 2}), I32({N, 2})}, last).kind, DiagnosticKind::kElementMismatch);
  EXPECT_EQ(Infer(Op::kReverse, {F32({N, 2})}, last), "f32[N, 2]");
  EXPECT_EQ(ErrorOf(Op::kReverse, {F32({N})}, last).kind, DiagnosticKind::kBadAxis);
}

TEST(TypeRules, TakeAndScatterAdd) {
  EXPECT_EQ(Infer(Op::kTake, {F32({100, 8}), I32({N, 5})}), "f32[N, 5, 8]");
  EXPECT_EQ(Infer(Op::kTake, {F32({100}), I64()}), "f32");
  EXPECT_EQ(ErrorOf(Op::kTake, {F32({100, 8}), F32({N})}).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(ErrorOf(Op::kTake, {F32(), I32()}).kind, DiagnosticKind::kRankMismatch);
  EXPECT_EQ(Infer(Op::kScatterAdd, {F32({100, 8}), I32({N, 5}), F32({N, 5, 8})}), "f32[100, 8]");
  EXPECT_EQ(Infer(Op::kScatterAdd, {F32({100, 8}), I32({N}), F32({N, 7})}),
            "error: `scatter_add` into f32[100, 8] at ids i32[N] needs rows f32[N, 8], not f32[N, 7]");
}

TEST(TypeRules, MatMulInFourLayouts) {
  EXPECT_EQ(Infer(Op::kMatMul, {F32({N, 2}), F32({2, 3})}, MatMulFlags(false, false)), "f32[N, 3]");
  EXPECT_EQ(Infer(Op::kMatMul, {F32({2, N}), F32({2, 3})}, MatMulFlags(true, false)), "f32[N, 3]");
  EXPECT_EQ(Infer(Op::kMatMul, {F32({N, 2}), F32({3, 2})}, MatMulFlags(false, true)), "f32[N, 3]");
  EXPECT_EQ(Infer(Op::kMatMul, {F32({2, N}), F32({3, 2})}, MatMulFlags(true, true)), "f32[N, 3]");
  EXPECT_EQ(Infer(Op::kMatMul, {F32({M, 4, 5}), F32({M, 5, 6})}, MatMulFlags(false, false)), "f32[M, 4, 6]");
}

TEST(TypeRules, MatMulNamesTheAxesThatDisagree) {
  TypeError error = ErrorOf(Op::kMatMul, {F32({N, 2}), F32({3, 2})}, MatMulFlags(false, false));
  EXPECT_EQ(error.message,
            "`matmul` of f32[N, 2] and f32[3, 2]: axis 1 of operand 1 is 2, but axis 0 of operand 2 is 3");
  EXPECT_THAT(error.help, HasSubstr("transpose"));
  EXPECT_EQ(error.axis_a, 1);
  EXPECT_EQ(error.axis_b, 0);
  EXPECT_EQ(ErrorOf(Op::kMatMul, {F32({2}), F32({2, 3})}, MatMulFlags(false, false)).kind,
            DiagnosticKind::kRankMismatch);
  EXPECT_EQ(ErrorOf(Op::kMatMul, {F32({M, 2, 2}), F32({N, 2, 3})}, MatMulFlags(false, false)).axis_a, 0);
}

TEST(TypeRules, AVjpHasTheTypeOfWhatItIsBy) {
  EXPECT_EQ(Infer(Op::kVjp, {F32(), F32({N, 2}), F32()}), "f32[N, 2]");
  EXPECT_EQ(Infer(Op::kVjp, {F32({3}), F32({N, 2}), F32({3})}), "f32[N, 2]");
  EXPECT_EQ(ErrorOf(Op::kVjp, {F32({N}), F32({N}), F32()}).kind, DiagnosticKind::kRankMismatch);
  EXPECT_EQ(ErrorOf(Op::kVjp, {F32({N}), F32({N}), F32({M})}).kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(ErrorOf(Op::kVjp, {F32(), F32(), I32()}).kind, DiagnosticKind::kElementMismatch);
  EXPECT_EQ(ErrorOf(Op::kVjp, {F32(), I32({N}), F32()}).kind, DiagnosticKind::kNotDifferentiable);
  EXPECT_EQ(ErrorOf(Op::kVjp, {I32(), F32({N}), I32()}).kind, DiagnosticKind::kNotDifferentiable);
}

TEST(TypeRules, AJacobianHasBothShapes) {
  EXPECT_EQ(Infer(Op::kJacobian, {F32({N, 3}), F32({M})}), "f32[N, 3, M]");
  EXPECT_EQ(Infer(Op::kJacobian, {F32(), F32({M})}), "f32[M]");
  EXPECT_EQ(ErrorOf(Op::kJacobian, {F32({N}), I32({N})}).kind, DiagnosticKind::kNotDifferentiable);
  EXPECT_EQ(ErrorOf(Op::kJacobian, {F32({int64_t{1} << 40}), F32({int64_t{1} << 40})}).kind,
            DiagnosticKind::kDimensionOverflow);
}

TEST(TypeRules, ACustomVjpPairsArgumentsWithDerivatives) {
  EXPECT_EQ(Infer(Op::kCustomVjp, {F32({N}), F32({N}), F32(), F32({M, 2}), F32(), F32({M, 2})}), "f32[N]");
  EXPECT_EQ(ErrorOf(Op::kCustomVjp, {F32({N}), F32({N})}).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(ErrorOf(Op::kCustomVjp, {F32({N}), F32({N}), F32()}).kind, DiagnosticKind::kTypeMismatch);
  EXPECT_EQ(ErrorOf(Op::kCustomVjp, {F32({N}), F32({M}), F32(), F32()}).kind, DiagnosticKind::kShapeMismatch);
  EXPECT_EQ(ErrorOf(Op::kCustomVjp, {F32(), F32(), F32(), F32({M})}).kind, DiagnosticKind::kRankMismatch);
  EXPECT_EQ(ErrorOf(Op::kCustomVjp, {F32(), F32(), I32(), I32()}).kind, DiagnosticKind::kNotDifferentiable);
}

TEST(TypeRules, AnOverflowIsAnError) {
  Attributes attributes = {{K::kShape, Shape{INT64_MAX, 2}}};
  EXPECT_EQ(ErrorOf(Op::kReshape, {F32({4})}, attributes).kind, DiagnosticKind::kDimensionOverflow);
}

TEST(FormError, ChecksCountsAndAttributes) {
  EXPECT_THAT(FormError(Op::kAdd, 1, {}), HasSubstr("2 operand(s), not 1"));
  EXPECT_THAT(FormError(Op::kConcat, 0, {{K::kAxis, int64_t{0}}}), HasSubstr("at least 1"));
  EXPECT_THAT(FormError(Op::kReverse, 1, {}), HasSubstr("lacks the attribute `axis`"));
  EXPECT_THAT(FormError(Op::kReverse, 1, {{K::kAxis, 1.0}}), HasSubstr("another kind"));
  EXPECT_THAT(FormError(Op::kAdd, 2, {{K::kAxis, int64_t{0}}}), HasSubstr("no attribute `axis`"));
}

}  // namespace
}  // namespace nnc::ir
