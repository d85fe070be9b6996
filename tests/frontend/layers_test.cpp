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

TEST(Layers, RNN) {
  EXPECT_THAT(Output("let r = RNN(2, 2)\nfn f(x: f32[2, 3, 2]) = r(x)", 4),
              Near({0.8080278565, 0.9766204789, 0.8049334168, 0.9901378246, 0.8828163533, 0.9857137836, 0.7301935313,
                    0.982300315, 0.7316875145, 0.9098270764, 0.9478436832, 0.9993596698},
                   1e-8));
}

TEST(Layers, LSTM) {
  EXPECT_THAT(Output("let r = LSTM(2, 2)\nfn f(x: f32[2, 3, 2]) = r(x)", 4),
              Near({0.32309738, 0.2436632783, 0.567204508, 0.4272618376, 0.6461171104, 0.5582857616, 0.2659043467,
                    0.1789125206, 0.6977541828, 0.6013548906, 0.1622108236, 0.09773391015},
                   1e-8));
  Compiled compiled("let r = LSTM(2, 2)\nfn f(x: f32[2, 3, 2]) = r(x)");
  std::vector<ir::Tensor> results = Results(compiled.Ir("f"), 4);
  ASSERT_EQ(results.size(), 3u);
  EXPECT_THAT(Compiled::Elements(results[1]), Near({0.6461171104, 0.5582857616, 0.1622108236, 0.09773391015}, 1e-8));
  EXPECT_THAT(Compiled::Elements(results[2]), Near({1.797348635, 1.829161511, 1.766959445, 0.5371570899}, 1e-8));
}

TEST(Layers, GRU) {
  EXPECT_THAT(Output("let r = GRU(2, 2)\nfn f(x: f32[2, 3, 2]) = r(x)", 4),
              Near({0.05785991698, 0.05069985825, 0.1892698655, 0.1447609779, 0.3290934982, 0.2741453443, 0.04137538705,
                    0.03158404752, 0.4188292283, 0.2717973415, 0.4294260161, 0.2586696841},
                   1e-8));
}

TEST(Layers, RMSNorm) {
  std::vector<double> x = {0, std::sin(1.3), std::sin(2.6)};
  double rms = std::sqrt((x[1] * x[1] + x[2] * x[2]) / 3 + 1.1920929e-7);
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

TEST(Layers, GroupNormTakesSamplesOfAnyRank) {
  EXPECT_THAT(Output("let n = GroupNorm(2, 4)\nfn f(x: f32[2, 4, 3]) = n(x)", 2),
              Near({0.1954944478,   0.3447730482,  0.2753581493, 0.04186617503, -0.095664046, 0.6764161542,
                    1.620207383,    0.9380473731,  -0.21346051,  -0.2336267486, 1.257636222,  1.972398734,
                    0.2154083409,   0.05446003352, 0.104797812,  0.9660889957,  1.193712901,  0.4631935954,
                    0.006601716456, 0.5764174943,  1.763045624,  2.248423587,   0.8011818515, -0.05479367716},
                   1e-8));
  EXPECT_EQ(ErrorsOf("let n = GroupNorm(2, 4, affine: false)\nfn f(x: f32[N, 4]) = n(x)"), "");
}

TEST(Layers, NormsWithoutParametersHaveNone) {
  EXPECT_THAT(Output("let n = LayerNorm(3, elementwise_affine: false)\nfn f(x: f32[2, 3]) = n(x)", 0),
              Near({-1.252257786, 1.195155303, 0.05710248297, -0.4926737083, -0.9016565881, 1.394330296}, 1e-8));
  Compiled compiled("let a = LayerNorm(3, bias: false)\nlet b = RMSNorm(3, elementwise_affine: false)");
  ASSERT_EQ(compiled.program.parameters.size(), 1u);
  EXPECT_EQ(compiled.program.parameters[0].name, "a.weight");
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

TEST(Layers, MultiHeadAttentionWithoutBias) {
  EXPECT_THAT(Output("let a = MultiHeadAttention(4, 2, bias: false)\nfn f(x: f32[1, 3, 4]) = a(x, x, x)", 2),
              Near({-0.3897390822, 0.5097647167, 0.4821814722, -0.422324362, -0.6562774103, 0.5066795838, 0.7481603321,
                    -0.3710057584, -0.7374105239, 0.4588657653, 0.8206227326, -0.3100513728},
                   1e-8));
}

TEST(Layers, TransformerBlocksAreTorchsEncoderLayers) {
  auto output = [](const std::string& options) {
    return Output("let b = TransformerBlock(4, 2, 6" + options + ")\nfn f(x: f32[1, 3, 4]) = b(x)", 12);
  };
  EXPECT_THAT(output(""), Near({1.744854036, -0.3844075756, 0.4432625398, 1.53119742, 1.714324202, -0.3881433982,
                                0.4513685129, 1.554955738, 1.697052642, -0.3870877135, 0.451675584, 1.569402292},
                               1e-8));
  EXPECT_THAT(output(", norm_first: true, activation: gelu, causal: true"),
              Near({9.190616426, -2.574477028, 2.269065243, 9.215772433, 6.998994565, -2.336324311, 4.046979629,
                    9.419958985, 6.66763021, -3.25430175, 3.698136304, 10.0182556},
                   1e-8));
}

TEST(Layers, TransformerBlocksOfAnyLengthAreChecked) {
  Compiled compiled("let b = TransformerBlock(8, 2, causal: true)\nfn f(x: f32[N, T, 8]) -> f32[N, T, 8] = b(x)");
  EXPECT_EQ(compiled.Errors(), "");
  std::vector<std::string> names;
  for (const Parameter& parameter : compiled.program.parameters) names.push_back(parameter.name);
  EXPECT_THAT(names,
              ElementsAre("b.self_attn.in_proj_weight", "b.self_attn.in_proj_bias", "b.self_attn.out_proj.weight",
                          "b.self_attn.out_proj.bias", "b.linear1.weight", "b.linear1.bias", "b.linear2.weight",
                          "b.linear2.bias", "b.norm1.weight", "b.norm1.bias", "b.norm2.weight", "b.norm2.bias"));
}

TEST(Layers, SequentialTakesFunctionsAmongItsLayers) {
  Compiled compiled(
      "let s = Sequential([Linear(2, 2), relu, fn (x) { return 2.0 * x }, Linear(2, 1, bias: false)])\n"
      "fn f(x: f32[1, 2]) = s(x)");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_EQ(compiled.program.parameters[2].name, "s.3.weight");
  EXPECT_THAT(compiled.Run("f", {ir::Tensor::Floats({1, 2}, {1, 2}), ir::Tensor::Floats({2, 2}, {1, 0, 0, -1}),
                                 ir::Tensor::Floats({2}, {0.5, 0.5}), ir::Tensor::Floats({1, 2}, {1, 1})}),
              ElementsAre(3));
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

}  // namespace
}  // namespace nnc::testing
