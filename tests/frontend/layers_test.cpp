// The library's layers against numbers of torch.nn 1.13, with the same parameters.
#include <cmath>

#include "tests/frontend/compiling.h"
#include "tests/frontend/gradients.h"

namespace nnc::testing {
namespace {

using ::testing::ElementsAre;

std::vector<int64_t> Sizes(const ir::Type& type) { return ir::Values(type.shape); }

// Inputs are sin(1.3 k), and parameter i is sin(0.37 k + 0.1 (i + 1)) at its element k.
ir::Tensor Waves(const ir::Type& type, double rate, double start) {
  std::vector<double> numbers(static_cast<size_t>(type.elements()));
  for (size_t k = 0; k < numbers.size(); ++k) numbers[k] = std::sin(rate * static_cast<double>(k) + start);
  return ir::Tensor::Floats(Sizes(type), numbers);
}

// `inputs` arguments come first, parameters follow; `rest` are the values of the arguments after those.
std::vector<ir::Tensor> Results(const ir::Function& function, uint32_t parameters,
                                const std::vector<ir::Tensor>& rest = {}, uint32_t inputs = 1) {
  std::vector<ir::Tensor> arguments;
  for (uint32_t i = 0; i < inputs; ++i) arguments.push_back(Waves(function.type({i}), 1.3, 0));
  for (uint32_t i = 0; i < parameters; ++i)
    arguments.push_back(Waves(function.type({inputs + i}), 0.37, 0.1 * (i + 1)));
  arguments.insert(arguments.end(), rest.begin(), rest.end());
  return ir::Evaluate(function, arguments);
}

std::vector<double> Output(const std::string& text, uint32_t parameters, const std::vector<ir::Tensor>& rest = {}) {
  Compiled compiled(text);
  EXPECT_EQ(compiled.Errors(), "");
  return Compiled::Elements(Results(compiled.Ir("f"), parameters, rest)[0]);
}

TEST(Layers, LayerNorm) {
  EXPECT_THAT(Output("let n = LayerNorm(3)\nfn f(x: f32[2, 3]) = n(x)", 2),
              Near({0.07365215747, 1.080901495, 0.8500790715, 0.1494840312, 0.1312841459, 1.845836563}, 1e-8));
}

TEST(Layers, RMSNorm) {
  std::vector<double> x = {0, std::sin(1.3), std::sin(2.6)};
  double rms = std::sqrt((x[1] * x[1] + x[2] * x[2]) / 3 + 1e-6);
  EXPECT_THAT(Output("let n = RMSNorm(3)\nfn f(x: f32[1, 3]) = n(x)", 1),
              Near({0, x[1] / rms * std::sin(0.47), x[2] / rms * std::sin(0.84)}, 1e-8));
}

TEST(Layers, GroupNorm) {
  EXPECT_THAT(Output("let n = GroupNorm(2, 4)\nfn f(x: f32[2, 4, 1, 2]) = n(x)", 2),
              Near({0.1665332701, 0.3230616293, 0.7737396381, -0.1129885622, -0.3468119709, 0.8658331104, 2.125956299,
                    1.183615717, 0.09803227194, 0.1065045396, 0.8115779964, 1.142316226, 1.19604163, -0.0912220916,
                    0.3427548698, 2.230783548},
                   1e-8));
}

TEST(Layers, BatchNormUsesItsAveragesOutsideOfTraining) {
  EXPECT_THAT(Output("let n = BatchNorm1d(3)\nfn f(x: f32[2, 3]) = n(x)", 2,
                     {ir::Tensor::Floats({3}, {-0.03438830796, 0.004005176485, 0.036531068}),
                      ir::Tensor::Floats({3}, {0.9236511145, 1.070572822, 0.9045114488})}),
              Near({0.2022414868, 0.9596308062, 1.182571974, 0.1307983676, 0.1511886554, 0.9473858144}, 1e-8));
}

// x is an argument of the step through a field; its results are parameters, buffers, the loss, and y summed by columns.
TEST(Layers, BatchNormUsesTheBatchWhileTrainingAndMovesItsAverages) {
  Compiled compiled(
      "data d {\n  field x: f32[3] = npy(\"x.npy\")\n}\nlet n = BatchNorm1d(3)\ntrain fit {\n  data = d\n  y = n(x)\n"
      "  minimize sum(y) over n.weight using sgd(lr: 0.0)\n  metric first = y[0, 0]\n  metric last = y[1, 2]\n}");
  ASSERT_EQ(compiled.Errors(), "");
  ir::Function step = FeedGradients(ir::Specialize(compiled.Ir("fit.step"), {{"B", 2}}));
  std::map<std::string, ir::Tensor> given = {{"n.weight", Waves(ir::Type(ir::Element::kF32, {3}), 0.37, 0.1)},
                                             {"n.bias", Waves(ir::Type(ir::Element::kF32, {3}), 0.37, 0.2)},
                                             {"n.running_mean", ir::Tensor::Floats({3}, {0, 0, 0})},
                                             {"n.running_var", ir::Tensor::Floats({3}, {1, 1, 1})},
                                             {"x", Waves(ir::Type(ir::Element::kF32, {2, 3}), 1.3, 0)}};
  std::vector<ir::Tensor> arguments;
  for (uint32_t i = 0; i < step.argument_count(); ++i) {
    auto known = given.find(step.node({i}).name);
    arguments.push_back(known != given.end() ? known->second
                                             : ir::Tensor::Floats({3}, {0, 0, 0}));  // else the gradient
  }
  std::map<std::string, std::vector<double>> results;
  std::vector<ir::Tensor> values = ir::Evaluate(step, arguments);
  for (size_t i = 0; i < values.size(); ++i) results[step.results()[i].name] = Compiled::Elements(values[i]);
  EXPECT_THAT(results["n.running_mean"], Near({-0.03438830796, 0.004005176485, 0.036531068}, 1e-8));
  EXPECT_THAT(results["n.running_var"], Near({0.9236511145, 1.070572822, 0.9045114488}, 1e-8));
  EXPECT_THAT(results["first"], Near({0.2984985266}, 1e-8));
  EXPECT_THAT(results["last"], Near({0.06307998189}, 1e-8));
}

TEST(Layers, BatchNorm2dNormalizesChannels) {
  Compiled compiled(
      "let n = BatchNorm2d(2)\ntrain fit {\n  steps = 1\n  y = n(rand([3, 2, 2, 2]))\n"
      "  metric mean0 = mean(y[:, 0, :, :])\n  metric var1 = var(y[:, 1, :, :], correction: 0)\n  minimize sum(y) "
      "using sgd(lr: 0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  ir::Function step = FeedGradients(compiled.Ir("fit.step"));
  std::vector<ir::Tensor> arguments;
  for (uint32_t i = 0; i < step.argument_count(); ++i) {
    bool ones = step.node({i}).name == "n.weight" || step.node({i}).name == "n.running_var";
    arguments.push_back(step.type({i}).element == ir::Element::kI64
                            ? ir::Tensor::Ints({}, {1}, ir::Element::kI64)
                            : ir::Tensor::Floats({2}, std::vector<double>(2, ones ? 1 : 0)));
  }
  std::vector<ir::Tensor> results = ir::Evaluate(step, arguments);
  EXPECT_NEAR(results[results.size() - 2].number(0), 0, 1e-9);
  EXPECT_NEAR(results.back().number(0), 1, 1e-3);  // eps beside a variance of 1/12
}

TEST(Layers, MultiHeadAttention) {
  const std::string text = "let a = MultiHeadAttention(4, 2)\nfn f(x: f32[1, 3, 4]) = a(x, x, x";
  EXPECT_THAT(Output(text + ")", 4),
              Near({-1.533377724, 0.3371227444, 2.766325071, 1.694044792, -1.832653722, 0.328776722, 3.064087574,
                    1.756388035, -1.943275243, 0.2725413827, 3.164511195, 1.83083452},
                   1e-8));
  EXPECT_THAT(Output(text + ", causal: true)", 4),
              Near({-1.098555169, 0.1099515113, 2.290306546, 1.83489328, -1.570809105, 0.5252920675, 2.837879687,
                    1.518851416, -1.943275243, 0.2725413827, 3.164511195, 1.83083452},
                   1e-8));
}

TEST(Layers, TransformerBlocksOfAnyLengthAreChecked) {
  Compiled compiled(
      "let b = TransformerBlock(8, 2, 32, dropout: 0.1, causal: true)\nfn f(x: f32[N, T, 8]) -> f32[N, T, 8] = b(x)");
  EXPECT_EQ(compiled.Errors(), "");
  EXPECT_EQ(compiled.program.parameters.size(), 12u);
  EXPECT_EQ(compiled.program.parameters[2].name, "b.attn.in_proj_weight");
}

TEST(Layers, LinearWithoutBiasHasNone) {
  EXPECT_THAT(Output("let l = Linear(3, 1, bias: false)\nfn f(x: f32[1, 3]) = l(x)", 1),
              Near({std::sin(1.3) * std::sin(0.47) + std::sin(2.6) * std::sin(0.84)}, 1e-9));
}

TEST(Layers, EmbeddingTakesRows) {
  Compiled compiled("let e = Embedding(3, 2)\nfn f(ids: i32[2, 1]) -> f32[2, 1, 2] = e(ids)");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.Run("f", {ir::Tensor::Ints({2, 1}, {2, 0}), ir::Tensor::Floats({3, 2}, {1, 2, 3, 4, 5, 6})}),
              ElementsAre(5, 6, 1, 2));
}

// Half the elements are 0 and the others doubled: mean 1, mean square 2.
TEST(Layers, DropoutKeepsTheMeanWhileTraining) {
  Compiled compiled(
      "let net = Linear(1, 1)\ntrain fit {\n  steps = 1\n  drop = Dropout(0.5)\n  y = drop(ones([4000]))\n"
      "  minimize mean(y) + 1000.0 * mean(square(y)) + 0.0 * sum_squares(net) using sgd(lr: 0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  ir::Tensor one = ir::Tensor::Ints({}, {1}, ir::Element::kI64);
  auto loss = [&](int64_t step) {
    return compiled.Run("fit.loss", {ir::Tensor::Floats({1, 1}, {0}), ir::Tensor::Floats({1}, {0}), one,
                                     ir::Tensor::Ints({}, {step}, ir::Element::kI64)})[0];
  };
  EXPECT_NEAR(loss(0), 2001, 160);
  EXPECT_NE(loss(0), loss(1));
  EXPECT_EQ(loss(1), loss(1));
  EXPECT_EQ(compiled.Run("fit.eval", {ir::Tensor::Floats({1, 1}, {0}), ir::Tensor::Floats({1}, {0})})[0], 1001);
}

// ---- Initial values ----

struct Spread {
  std::string init;  // of a f32[200, 100]
  double low, high, deviation;
};
std::ostream& operator<<(std::ostream& out, const Spread& s) { return out << s.init; }
class Initializers : public ::testing::TestWithParam<Spread> {};

TEST_P(Initializers, SpreadAsPyTorchs) {
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
INSTANTIATE_TEST_SUITE_P(Library, Initializers,
                         ::testing::Values(Spread{"kaiming_uniform", -0.2449490, 0.2449490, 0.1414214},
                                           Spread{"kaiming_uniform(a: sqrt(5.0))", -0.1, 0.1, 0.0577350},
                                           Spread{"kaiming_normal", -1, 1, 0.1414214},
                                           Spread{"xavier_uniform", -0.1414214, 0.1414214, 0.0816497},
                                           Spread{"xavier_normal(gain: 2.0)", -1, 1, 0.1632993},
                                           Spread{"uniform(-2.0, 2.0)", -2, 2, 1.1547005},
                                           Spread{"normal(0.0, 0.5)", -3, 3, 0.5}));

}  // namespace
}  // namespace nnc::testing
