// The library's optimizers against the numbers of torch.optim 1.13 (lion: the paper's algorithm 2 in NumPy), in f64,
// after five steps.
#include "tests/frontend/compiling.h"
#include "tests/frontend/gradients.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

const std::vector<std::vector<double>> kGradients = {
    {0.1, -0.3, 0.2}, {0.4, 0.0, -0.2}, {-0.5, 0.25, 0.3}, {0.2, 0.1, -0.1}, {0.3, -0.2, 0.05}};

// A program that trains p: f32[3], from (1, -2, 0.5), by `optimizer`.
std::string ProgramFor(const std::string& optimizer, const std::string& settings = "") {
  return "model M() {\n  param p: f32[3] = stack([1.0, -2.0, 0.5])\n}\nlet m = M()\n"
         "train fit {\n  steps = 5\n" +
         settings + "  minimize sum(m.p) using " + optimizer + "\n}\n";
}

// Parameters after five steps with the gradients above. Persistent tensors go from results to arguments by name.
std::vector<double> Train(const Compiled& compiled) {
  std::map<std::string, ir::Tensor> tensors;
  const ir::Function& init = compiled.Ir("fit.init");
  std::vector<ir::Tensor> initial = ir::Evaluate(init, {});
  for (size_t i = 0; i < initial.size(); ++i) tensors.insert_or_assign(init.results()[i].name, initial[i]);
  ir::Function step = FeedGradients(compiled.Ir("fit.step"));
  for (size_t t = 0; t < kGradients.size(); ++t) {
    tensors.insert_or_assign("step", ir::Tensor::Ints({}, {static_cast<int64_t>(t)}, ir::Element::kI64));
    tensors.insert_or_assign("steps", ir::Tensor::Ints({}, {5}, ir::Element::kI64));
    std::vector<ir::Tensor> arguments;
    for (uint32_t i = 0; i < step.argument_count(); ++i) {
      auto known = tensors.find(step.node({i}).name);
      arguments.push_back(known != tensors.end() ? known->second : ir::Tensor::Floats({3}, kGradients[t]));
    }
    std::vector<ir::Tensor> results = ir::Evaluate(step, arguments);
    for (size_t i = 0; i < results.size(); ++i) tensors.insert_or_assign(step.results()[i].name, results[i]);
  }
  return Compiled::Elements(tensors.at("m.p"));
}

struct Case {
  std::string optimizer;
  std::vector<double> expected;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.optimizer; }

class Optimizers : public ::testing::TestWithParam<Case> {};

TEST_P(Optimizers, StepAsPyTorch) {
  Compiled compiled(ProgramFor(GetParam().optimizer));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(Train(compiled), Near(GetParam().expected, 1e-9)) << GetParam().optimizer;
}

INSTANTIATE_TEST_SUITE_P(
    Library, Optimizers,
    ::testing::Values(
        Case{"sgd(lr: 0.1)", {0.95, -1.985, 0.475}},
        Case{"sgd(lr: 0.1, momentum: 0.9, weight_decay: 0.01)", {0.8762384729, -1.918080497, 0.4132880651}},
        Case{"momentum(lr: 0.1, weight_decay: 0.01)", {0.8762384729, -1.918080497, 0.4132880651}},
        Case{"nesterov(lr: 0.1, beta: 0.8, weight_decay: 0.01)", {0.8598079847, -1.923687432, 0.4136212088}},
        Case{"adagrad(lr: 0.1, lr_decay: 0.1, weight_decay: 0.01)", {0.8223627609, -1.924548252, 0.4101279529}},
        Case{"rmsprop(lr: 0.01, alpha: 0.9, weight_decay: 0.01)", {0.9373828377, -1.975966474, 0.4698596804}},
        Case{"rmsprop(lr: 0.01, alpha: 0.9, momentum: 0.5, centered: true)",
             {0.8873631752, -1.970202725, 0.4435972366}},
        Case{"adam(lr: 0.01)", {0.9772962977, -1.983681753, 0.4816382345}},
        Case{"adam(lr: 0.01, beta1: 0.8, beta2: 0.95, eps: 1e-6, weight_decay: 0.1)",
             {0.9697834347, -1.962410152, 0.4744188904}},
        Case{"adamw(lr: 0.01, weight_decay: 0.1)", {0.9723728292, -1.973759991, 0.4791924375}},
        Case{"lion(lr: 0.01, weight_decay: 0.1)", {0.9650699101, -1.9800599001, 0.487524955}}));

TEST(Optimizer, ClipsTheNormOfAllGradientsTogether) {
  Compiled compiled(ProgramFor("sgd(lr: 0.1)", "  clip_norm = 0.1\n"));
  ASSERT_EQ(compiled.Errors(), "");
  ir::Function step = FeedGradients(compiled.Ir("fit.step"));
  std::vector<ir::Tensor> results =
      ir::Evaluate(step, {ir::Tensor::Floats({3}, {1, -2, 0.5}), ir::Tensor::Floats({3}, kGradients[0])});
  EXPECT_THAT(Compiled::Elements(results[0]),
              Near({0.9973273947237138, -1.9919821841711414, 0.49465478944742763}, 1e-12));
}

TEST(Optimizer, KeepsOnlyStatesThatItsUpdateTouches) {
  Compiled plain(ProgramFor("sgd(lr: 0.1)")), heavy(ProgramFor("sgd(lr: 0.1, momentum: 0.9)"));
  EXPECT_EQ(plain.Ir("fit.step").FindArgument("m.p.v"), std::nullopt);
  EXPECT_NE(heavy.Ir("fit.step").FindArgument("m.p.v"), std::nullopt);
  EXPECT_EQ(heavy.Ir("fit.init").results().back().name, "m.p.v");
}

TEST(Optimizer, TakesStatesOfAnyShapeAndNumbersForWholeTensors) {
  Compiled compiled(
      "optimizer odd(lr: f32) {\n  state count = zeros([])\n  state scale = 2.0\n"
      "  update(p, g, t) {\n    count = count + 1.0\n    return p - lr * scale * g * count\n  }\n}\n" +
      ProgramFor("odd(lr: 0.1)"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.Function("fit.step"), HasSubstr("%m.p.count: f32,"));
  EXPECT_THAT(compiled.Function("fit.step"), HasSubstr("%m.p.scale: f32[3]"));
}

TEST(Optimizer, FollowsASchedule) {
  Compiled compiled(ProgramFor("sgd(lr: linear(step, steps, start: 0.1))"));
  ASSERT_EQ(compiled.Errors(), "");
  // 0.1 * (1, 0.8, 0.6, 0.4, 0.2) times the gradients
  EXPECT_THAT(Train(compiled), Near({1 - (0.01 + 0.032 - 0.03 + 0.008 + 0.006), -2 - (-0.03 + 0.015 + 0.004 - 0.004),
                                     0.5 - (0.02 - 0.016 + 0.018 - 0.004 + 0.001)},
                                    1e-9));
}

TEST(Optimizer, MustKeepTheTypesOfParameterAndState) {
  Compiled value("optimizer sums(lr: f32) {\n  update(p, g, t) {\n    return sum(p)\n  }\n}\n" +
                 ProgramFor("sums(lr: 0.1)"));
  EXPECT_THAT(value.Errors(), HasSubstr("E0309 the new value of `m.p` must stay f32[3]"));
  Compiled state(
      "optimizer sums(lr: f32) {\n  state v = zeros\n  update(p, g, t) {\n    v = sum(v)\n    return p\n  }\n}\n" +
      ProgramFor("sums(lr: 0.1)"));
  EXPECT_THAT(state.Errors(), HasSubstr("E0309 the state `m.p.v` must stay f32[3]"));
}

TEST(Optimizer, MustReturn) {
  Compiled compiled("optimizer lazy(lr: f32) {\n  update(p, g, t) {\n    q = p\n  }\n}\n" +
                    ProgramFor("lazy(lr: 0.1)"));
  EXPECT_THAT(compiled.Errors(), HasSubstr("E0404 `update` of `lazy` ends without a `return`"));
}

// ---- Schedules ----

std::vector<double> Rates(const std::string& schedule, int64_t steps) {
  Compiled compiled("fn rate(step: f32, steps: f32) -> f32 = " + schedule + "\n");
  EXPECT_EQ(compiled.Errors(), "");
  std::vector<double> rates;
  for (int64_t step = 0; step < steps; ++step) {
    rates.push_back(
        compiled.Run("rate", {ir::Tensor::Floats({}, {double(step)}), ir::Tensor::Floats({}, {double(steps)})})[0]);
  }
  return rates;
}

TEST(Schedules, FollowTheirFormulas) {
  EXPECT_THAT(Rates("constant(0.5)", 2), Near({0.5, 0.5}));
  EXPECT_THAT(Rates("step_decay(step, every: 2, rate: 0.5, start: 1.0)", 5), Near({1, 1, 0.5, 0.5, 0.25}));
  EXPECT_THAT(Rates("exponential(step, rate: 0.5, start: 1.0)", 3), Near({1, 0.5, 0.25}));
  EXPECT_THAT(Rates("linear(step, steps, start: 1.0, end: 0.5)", 4), Near({1, 0.875, 0.75, 0.625}));
  EXPECT_THAT(Rates("linear(step, steps, start: 1.0, warmup: 2)", 4), Near({0.5, 1, 1, 0.5}));
}

TEST(Schedules, CosineIsPyTorchs) {
  EXPECT_THAT(Rates("cosine(step, steps, peak: 0.01)", 5),
              Near({0.01, 0.00904508497, 0.00654508497, 0.00345491503, 0.000954915028}, 1e-9));
  EXPECT_THAT(Rates("cosine(step, steps, peak: 1.0, warmup: 2)", 4), Near({0.5, 1, 1, 0.5}, 1e-9));
}

TEST(Schedules, OneCycleIsPyTorchs) {
  EXPECT_THAT(
      Rates("one_cycle(step, steps, peak: 0.4)", 10),
      Near({0.016, 0.208, 0.4, 0.380193853, 0.324698262, 0.244504809, 0.155496791, 0.0753033384, 0.0198077472, 1.6e-06},
           1e-8));
}

// Whatever a parameter's element type: states of a bf16 parameter are f32, and a schedule goes with f64.
TEST(Optimizers, UpdateParametersOfEveryFloatType) {
  for (const std::string element : {"f64", "bf16"}) {
    for (const std::string optimizer :
         {"sgd(lr: linear(step, steps, 0.1))", "momentum(lr: 0.1)", "nesterov(lr: 0.1)", "adagrad",
          "rmsprop(momentum: 0.9)", "adam(lr: cosine(step, steps, 0.1))", "adamw", "lion"}) {
      Compiled compiled("model M() {\n  param p: " + element + "[3] = 1.0\n}\nlet m = M()\ntrain fit {\n  steps = 5\n" +
                        "  minimize sum(m.p * m.p) using " + optimizer + (optimizer.ends_with(")") ? "" : "()") +
                        "\n}\n");
      ASSERT_EQ(compiled.Errors(), "") << optimizer << " in " << element;
      const ir::Function& step = compiled.Ir("fit.step");
      EXPECT_EQ(step.type(*step.FindArgument("m.p")).element, *ir::ElementNamed(element));
    }
  }
}

}  // namespace
}  // namespace nnc::testing
