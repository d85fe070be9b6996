#include "ir/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ir/builder.h"

namespace nnc::ir {
namespace {

using testing::HasSubstr;

class VerifyTest : public testing::Test {
 protected:
  // The first complaint about `f_`, or "".
  std::string Complaint() {
    Diagnostics diagnostics;
    bool ok = Verify(f_, diagnostics);
    EXPECT_EQ(ok, diagnostics.all().empty());
    if (ok) return "";
    EXPECT_EQ(diagnostics.all()[0].kind, DiagnosticKind::kBadIr);
    return diagnostics.all()[0].message;
  }

  Function f_{"f"};
  Builder b_{f_};
  Value x_ = b_.Argument("x", Type(Element::kF32, {2}));
  Node neg_{Op::kNeg, {x_}, {}, Type(Element::kF32, {2}), "y", {}, {}};
};

TEST_F(VerifyTest, AcceptsWhatTheBuilderMakes) {
  f_.AddResult("x", b_.Neg(x_));
  EXPECT_EQ(Complaint(), "");
}

TEST_F(VerifyTest, RefusesAWrongType) {
  neg_.type = Type(Element::kF32, {3});
  f_.Append(neg_);
  EXPECT_EQ(Complaint(), "@f: %y has type f32[3], but its rule gives f32[2]");
}

TEST_F(VerifyTest, RefusesUseBeforeDefinition) {
  neg_.operands = {Value{1}};
  f_.Append(neg_);
  EXPECT_THAT(Complaint(), HasSubstr("%y: an operand is not defined before its use"));
  neg_.operands = {Value{}};
}

TEST_F(VerifyTest, RefusesAnInvalidOperand) {
  neg_.operands = {Value{}};
  f_.Append(neg_);
  EXPECT_THAT(Complaint(), HasSubstr("not defined"));
}

TEST_F(VerifyTest, RefusesABadForm) {
  neg_.operands = {};
  f_.Append(neg_);
  EXPECT_THAT(Complaint(), HasSubstr("operand(s)"));
}

TEST_F(VerifyTest, RefusesWhatTheTypeRuleRefuses) {
  neg_.op = Op::kNot;
  f_.Append(neg_);
  EXPECT_THAT(Complaint(), HasSubstr("needs bool"));
}

TEST_F(VerifyTest, RefusesAnOriginOutside) {
  neg_.origin = Origin{Value{9}, Op::kExp};
  f_.Append(neg_);
  EXPECT_THAT(Complaint(), HasSubstr("origin"));
}

TEST_F(VerifyTest, RefusesBadResults) {
  f_.AddResult("y", Value{7});
  EXPECT_THAT(Complaint(), HasSubstr("result y: is no value"));
}

TEST_F(VerifyTest, RefusesResultsOfOneName) {
  f_.AddResult("y", x_);
  f_.AddResult("y", x_);
  EXPECT_THAT(Complaint(), HasSubstr("result y: the name is taken"));
}

TEST_F(VerifyTest, ANewValueOfAnArgumentHasItsType) {
  f_.AddResult("x", b_.ReduceAll(Op::kReduceSum, x_));
  EXPECT_THAT(Complaint(), HasSubstr("new value of an argument of type f32[2], but has type f32"));
}

TEST_F(VerifyTest, AfterAPassItNamesThePass) {
  VerifyAfter("dce", f_);
  neg_.operands = {};
  f_.Append(neg_);
  try {
    VerifyAfter("dce", f_);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostic().kind, DiagnosticKind::kInternal);
    EXPECT_THAT(failure.diagnostic().message, HasSubstr("after dce: @f"));
  }
}

TEST(VerifyModule, RefusesFunctionsOfOneName) {
  Module module;
  module.functions.emplace_back("f");
  module.functions.emplace_back("f");
  Diagnostics diagnostics;
  EXPECT_FALSE(Verify(module, diagnostics));
}

}  // namespace
}  // namespace nnc::ir
