#include "ir/builder.h"

#include <gtest/gtest.h>

namespace nnc::ir {
namespace {

const Dim N = Dim::Variable("N");

class BuilderTest : public testing::Test {
 protected:
  std::string TypeOf(Value v) const { return ToString(f_.type(v)); }

  Function f_{"f"};
  Builder b_{f_};
  Value x_ = b_.Argument("x", Type(Element::kF32, {N, 3}));
};

TEST_F(BuilderTest, InfersTypes) {
  EXPECT_EQ(TypeOf(b_.Exp(x_)), "f32[N, 3]");
  EXPECT_EQ(TypeOf(b_.Gt(x_, b_.Constant(0, Element::kF32))), "bool[N, 3]");
  EXPECT_EQ(TypeOf(b_.Reduce(Op::kReduceSum, x_, {-1})), "f32[N]");
  EXPECT_EQ(TypeOf(b_.Reduce(Op::kReduceSum, x_, {1, 0}, true)), "f32[1, 1]");
  EXPECT_EQ(TypeOf(b_.ReduceAll(Op::kReduceMax, x_)), "f32");
  EXPECT_EQ(TypeOf(b_.MatMul(x_, x_, true)), "f32[3, 3]");
  EXPECT_EQ(TypeOf(b_.MatMul(x_, x_, false, true)), "f32[N, N]");
  EXPECT_EQ(TypeOf(b_.Concat({x_, x_}, -1)), "f32[N, 6]");
  EXPECT_EQ(TypeOf(b_.Slice(x_, -1, 0, 2)), "f32[N, 2]");
  EXPECT_EQ(TypeOf(b_.ConstantLike(2, x_)), "f32[N, 3]");
  EXPECT_EQ(TypeOf(b_.Size(N)), "i64");
}

TEST_F(BuilderTest, AddsNothingWhereNothingChanges) {
  EXPECT_EQ(b_.Cast(x_, Element::kF32), x_);
  EXPECT_EQ(b_.Reshape(x_, {N, 3}), x_);
  EXPECT_EQ(b_.Broadcast(x_, {N, 3}), x_);
  EXPECT_EQ(b_.Reduce(Op::kReduceSum, x_, {}), x_);
  EXPECT_EQ(f_.size(), 1u);
}

TEST_F(BuilderTest, ThrowsTheRulesError) {
  try {
    b_.Not(x_);
    FAIL();
  } catch (const BuildError& error) {
    EXPECT_EQ(error.error.kind, DiagnosticKind::kTypeMismatch);
    EXPECT_EQ(error.error.operand_a, 0);
  }
  EXPECT_THROW(b_.Apply(Op::kReverse, {x_}), std::logic_error);
}

TEST_F(BuilderTest, StampsSpanAndOrigin) {
  b_.span = {1, 2, 3, 4};
  b_.origin = Origin{x_, Op::kExp};
  const Node& node = f_.node(b_.Apply(Op::kNeg, {x_}, {}, "d.x"));
  EXPECT_EQ(node.span, (Span{1, 2, 3, 4}));
  EXPECT_EQ(node.origin, (Origin{x_, Op::kExp}));
  EXPECT_EQ(node.name, "d.x");
}

}  // namespace
}  // namespace nnc::ir
