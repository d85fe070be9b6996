#include "ir/dim.h"

#include <gtest/gtest.h>

#include <functional>

namespace nnc::ir {
namespace {

const Dim N = Dim::Variable("N");
const Dim T = Dim::Variable("T");

TEST(Dim, PrintsPolynomials) {
  EXPECT_EQ(Dim(32).str(), "32");
  EXPECT_EQ(N.str(), "N");
  EXPECT_EQ((N * T * 2 + 1).str(), "2*N*T + 1");
  EXPECT_EQ((N * N - T - 3).str(), "N*N - T - 3");
  EXPECT_EQ((-N).str(), "-N");
  EXPECT_EQ(FloorDiv(N + 1, 2).str(), "floordiv(N + 1, 2)");
  EXPECT_EQ(Mod(N, T + 1).str(), "mod(N, T + 1)");
}

TEST(Dim, EqualityIsOfPolynomials) {
  EXPECT_EQ((N + 1) * (N - 1), N * N - 1);
  EXPECT_EQ(N + T, T + N);
  EXPECT_NE(N, T);
  EXPECT_NE(N, Dim(1));
  EXPECT_EQ(N - N, Dim(0));
  EXPECT_TRUE((N - N + 5).is_constant());
  EXPECT_EQ(FloorDiv(N + T, 2), FloorDiv(T + N, 2));
}

TEST(Dim, KnowsAVariableAlone) {
  EXPECT_EQ(N.variable(), "N");
  EXPECT_EQ((N * 2).variable(), std::nullopt);
  EXPECT_EQ((N + T).variable(), std::nullopt);
  EXPECT_EQ(Dim(3).variable(), std::nullopt);
  EXPECT_EQ(FloorDiv(N, 2).variable(), std::nullopt);
}

TEST(Dim, NamesItsVariablesAlsoThoseInsideQuotients) {
  EXPECT_EQ((T * FloorDiv(N, 2) + 1).variables(), (std::vector<std::string>{"N", "T"}));
}

TEST(Dim, DivisionRoundsDown) {
  EXPECT_EQ(FloorDiv(7, 2), Dim(3));
  EXPECT_EQ(FloorDiv(-7, 2), Dim(-4));
  EXPECT_EQ(FloorDiv(7, -2), Dim(-4));
  EXPECT_EQ(Mod(-7, 2), Dim(1));
  EXPECT_EQ(Mod(7, -2), Dim(-1));
}

TEST(Dim, ExactDivisionGivesAPolynomial) {
  EXPECT_EQ(FloorDiv(N * 4 + 8, 4), N + 2);
  EXPECT_EQ(FloorDiv(N * T * 6, N * 2), T * 3);
  EXPECT_EQ(Mod(N * 4 + 8, 4), Dim(0));
  EXPECT_EQ(FloorDiv(N + T, N + T), Dim(1));
}

TEST(Dim, DivisionPullsOutWhatDivides) {
  EXPECT_EQ(FloorDiv(N * 2 + 1, 2), N);
  EXPECT_EQ(Mod(N * 2 + 5, 2), Dim(1));
  EXPECT_EQ(FloorDiv(N * 2 + T - 1, 2), N + FloorDiv(T - 1, 2));
  EXPECT_EQ(FloorDiv(N - 1, 2) + 1, FloorDiv(N + 1, 2));
}

TEST(Dim, SubstitutionEvaluatesQuotients) {
  Dim dim = FloorDiv(N + 1, 2) * T + Mod(N, 3);
  EXPECT_EQ(dim.Substitute({{"N", 7}}), T * 4 + 1);
  EXPECT_EQ(dim.Substitute({{"N", 7}, {"T", 2}}), Dim(9));
  EXPECT_EQ(dim.Substitute({{"X", 7}}), dim);
}

TEST(Dim, ArithmeticIsChecked) {
  EXPECT_THROW(Dim(INT64_MAX) + 1, DimOverflow);
  EXPECT_THROW(Dim(INT64_MIN) - 1, DimOverflow);
  EXPECT_THROW(Dim(INT64_MAX) * 2, DimOverflow);
  EXPECT_THROW(FloorDiv(INT64_MIN, -1), DimOverflow);
  EXPECT_THROW(-Dim(INT64_MIN), DimOverflow);
  EXPECT_THROW((N * INT64_MAX) * 2, DimOverflow);
  EXPECT_THROW(Product({INT64_MAX, 2}), DimOverflow);
}

TEST(Dim, OnlyAConstantHasAValue) {
  EXPECT_EQ(Dim(3).value(), 3);
  EXPECT_THROW(N.value(), std::logic_error);
}

TEST(ParseDim, ReadsEveryPrintedForm) {
  const Dim dims[] = {0,
                      42,
                      -7,
                      INT64_MIN,
                      INT64_MAX,
                      N,
                      -N,
                      N * T * 2 + 1,
                      N * N - T * 3 - 9,
                      FloorDiv(N + 1, 2),
                      Mod(FloorDiv(N + T, T - 2) * 2 + 1, N - 3),
                      N * INT64_MIN + T * INT64_MIN};
  for (const Dim& dim : dims) {
    std::string text = dim.str();
    std::string_view rest = text;
    auto parsed = ParseDim(rest);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, dim) << text;
    EXPECT_EQ(rest, "") << text;
  }
}

TEST(ParseDim, LeavesWhatFollows) {
  std::string_view text = "N + 1, 3] tail";
  EXPECT_EQ(ParseDim(text), N + 1);
  EXPECT_EQ(text, ", 3] tail");
}

TEST(ParseDim, RefusesWhatIsNoDimension) {
  for (std::string_view text :
       {"", "]", "+", "N +", "2 *", "floordiv(N)", "mod(N, 0)", "99999999999999999999", "-", "(N)"}) {
    std::string_view rest = text;
    EXPECT_EQ(ParseDim(rest), std::nullopt) << text;
    EXPECT_EQ(rest, text);
  }
}

TEST(Dim, StaysOfASizeThatProgramsHave) {
  Dim power = Dim::Variable("A"), quotient = power, sum = 1;
  for (const char* name : {"A", "B", "C", "D", "E", "F", "G", "H"}) sum = sum + Dim::Variable(name);
  const auto doubled = [](Dim& dim, const std::function<Dim(const Dim&)>& step) {
    for (int i = 0; i < 60; ++i) dim = step(dim);
  };
  EXPECT_THROW(doubled(power, [](const Dim& d) { return d * d; }), DimOverflow);
  EXPECT_THROW(doubled(quotient, [](const Dim& d) { return FloorDiv(d * d + 1, 2); }), DimOverflow);
  EXPECT_THROW(doubled(sum, [](const Dim& d) { return d * d; }), DimOverflow);
}

TEST(ParseDim, BoundsItsDepth) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "mod(";
  std::string_view rest = text;
  EXPECT_EQ(ParseDim(rest), std::nullopt);
}

TEST(Shape, PrintsAndMultiplies) {
  EXPECT_EQ(ToString(Shape{32, N}), "[32, N]");
  EXPECT_EQ(ToString(Shape{}), "[]");
  EXPECT_EQ(Product({2, N, 3}), N * 6);
  EXPECT_EQ(Product({}), Dim(1));
  EXPECT_TRUE(IsConstant({2, 3}));
  EXPECT_FALSE(IsConstant({2, N}));
  EXPECT_EQ(Values({2, 3}), (std::vector<int64_t>{2, 3}));
}

}  // namespace
}  // namespace nnc::ir
