// Initial values: their spread, and what orthogonal ones are.
#include <algorithm>
#include <cmath>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

struct Spread {
  std::string init;  // of a f32[200, 100]
  double low, high, deviation;
};
std::ostream& operator<<(std::ostream& out, const Spread& s) { return out << s.init; }
class Spreads : public ::testing::TestWithParam<Spread> {};

TEST_P(Spreads, AreThoseOfPyTorch) {
  Compiled compiled("model M() {\n  param w: f32[200, 100] = " + GetParam().init + "\n}\nlet m = M()");
  ASSERT_EQ(compiled.Errors(), "");
  std::vector<double> values = compiled.Run("init", {ir::Tensor::Ints({}, {5}, ir::Element::kI64)});
  double squares = 0;
  for (double v : values) {
    EXPECT_GE(v, GetParam().low);
    EXPECT_LE(v, GetParam().high);
    squares += v * v;
  }
  EXPECT_NEAR(std::sqrt(squares / 20000), GetParam().deviation, 0.02 * GetParam().deviation);
}

// Bounds and deviations from torch.nn.init's formulas, with 100 inputs and 200 outputs.
INSTANTIATE_TEST_SUITE_P(Library, Spreads,
                         ::testing::Values(Spread{"kaiming_uniform", -0.2449490, 0.2449490, 0.1414214},
                                           Spread{"kaiming_uniform(a: sqrt(5.0))", -0.1, 0.1, 0.0577350},
                                           Spread{"kaiming_normal", -1, 1, 0.1414214},
                                           Spread{"xavier_uniform", -0.1414214, 0.1414214, 0.0816497},
                                           Spread{"xavier_normal(gain: 2.0)", -1, 1, 0.1632993},
                                           Spread{"uniform(-2.0, 2.0)", -2, 2, 1.1547005},
                                           Spread{"normal(0.0, 0.5)", -3, 3, 0.5}));

// The largest element of |Q^T Q - I|, or of |Q Q^T - I| where Q has fewer rows.
double OffOrthogonal(const std::vector<double>& q, size_t rows, size_t columns) {
  double largest = 0;
  bool wide = rows < columns;
  size_t vectors = wide ? rows : columns, length = wide ? columns : rows;
  auto at = [&](size_t vector, size_t i) { return wide ? q[vector * columns + i] : q[i * columns + vector]; };
  for (size_t a = 0; a < vectors; ++a) {
    for (size_t b = 0; b < vectors; ++b) {
      double product = a == b ? -1 : 0;
      for (size_t i = 0; i < length; ++i) product += at(a, i) * at(b, i);
      largest = std::max(largest, std::abs(product));
    }
  }
  return largest;
}

TEST(Orthogonal, GivesOrthonormalRowsOrColumns) {
  struct Case {
    std::string shape;
    size_t rows, columns;
  };
  for (const Case& c : {Case{"1, 1", 1, 1},
                        {"3", 3, 1},
                        {"4, 4", 4, 4},
                        {"40, 40", 40, 40},
                        {"8, 24", 8, 24},
                        {"24, 8", 24, 8},
                        {"6, 3, 2, 2", 6, 12},
                        {"9, 2, 2", 9, 4}}) {
    Compiled compiled("model M() {\n  param w: f32[" + c.shape + "] = orthogonal\n}\nlet m = M()");
    ASSERT_EQ(compiled.Errors(), "");
    for (int64_t seed : {1, 2, 3}) {
      std::vector<double> q = compiled.Run("init", {ir::Tensor::Ints({}, {seed}, ir::Element::kI64)});
      EXPECT_LT(OffOrthogonal(q, c.rows, c.columns), 1e-9) << c.shape << " from seed " << seed;
    }
  }
}

// The steps are a loop, so a large matrix compiles as fast as a small one.
TEST(Orthogonal, IsOneProgramForEverySize) {
  auto lines = [](const std::string& shape) {
    std::string init =
        Compiled("model M() {\n  param w: f32[" + shape + "] = orthogonal\n}\nlet m = M()").Function("init");
    EXPECT_THAT(init, HasSubstr("scan"));
    return std::count(init.begin(), init.end(), '\n');
  };
  EXPECT_EQ(lines("2, 3"), lines("400, 500"));
}

// Each element of a uniform orthogonal n x n matrix has mean 0 and mean square 1/n.
TEST(Orthogonal, IsUniform) {
  Compiled compiled("model M() {\n  param w: f32[3, 3] = orthogonal(gain: 2.0)\n}\nlet m = M()");
  ASSERT_EQ(compiled.Errors(), "");
  constexpr int kDraws = 600;
  std::vector<double> sum(9), squares(9);
  double determinants = 0;
  for (int64_t seed = 0; seed < kDraws; ++seed) {
    std::vector<double> q = compiled.Run("init", {ir::Tensor::Ints({}, {seed}, ir::Element::kI64)});
    for (size_t i = 0; i < 9; ++i) sum[i] += q[i] / 2, squares[i] += q[i] * q[i] / 4;
    determinants +=
        q[0] * (q[4] * q[8] - q[5] * q[7]) - q[1] * (q[3] * q[8] - q[5] * q[6]) + q[2] * (q[3] * q[7] - q[4] * q[6]);
  }
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(sum[i] / kDraws, 0, 0.12);  // five standard errors
    EXPECT_NEAR(squares[i] / kDraws, 1.0 / 3, 0.07);
  }
  EXPECT_NEAR(determinants / 8 / kDraws, 0, 0.21);  // of +1 and -1 alike
}

TEST(Initializers, FansCanBeOutputs) {
  Compiled compiled("model M() {\n  param w: f32[200, 50] = kaiming_uniform(mode: \"fan_out\")\n}\nlet m = M()");
  ASSERT_EQ(compiled.Errors(), "");
  for (double v : compiled.Run("init", {ir::Tensor::Ints({}, {5}, ir::Element::kI64)})) {
    EXPECT_LE(std::abs(v), std::sqrt(6.0 / 200));
  }
}

TEST(Initializers, OfLinearCanBeChosen) {
  Compiled compiled("let l = Linear(2, 3, weight_init: ones, bias_init: normal(0.0, 0.1))");
  ASSERT_EQ(compiled.Errors(), "");
  std::vector<ir::Tensor> values = ir::Evaluate(compiled.Ir("init"), {ir::Tensor::Ints({}, {5}, ir::Element::kI64)});
  EXPECT_EQ(Compiled::Elements(values[0]), std::vector<double>(6, 1));
}

}  // namespace
}  // namespace nnc::testing
