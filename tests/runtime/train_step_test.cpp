// What one step of a train block computes: buffers, several lines, accumulated gradients.
#include <gtest/gtest.h>

#include <map>

#include "passes/pipeline.h"
#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

std::vector<std::string> Arguments(const ir::Function& function) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < function.argument_count(); ++i) names.push_back(function.node({i}).name);
  return names;
}

using Values = std::map<std::string, ir::Tensor>;

// Runs @fit.step at a batch size on its arguments among `values`, and puts its results there.
void RunStep(const Compiled& compiled, int64_t rows, Values& values) {
  ir::Function step = passes::ExpandGradients(ir::Specialize(compiled.Ir("fit.step"), {{"B", rows}}));
  std::vector<ir::Tensor> arguments;
  for (const std::string& name : Arguments(step)) arguments.push_back(values.at(name));
  std::vector<ir::Tensor> results = ir::Evaluate(step, arguments);
  for (size_t i = 0; i < results.size(); ++i) values[step.results()[i].name] = results[i];
}

// ---- Buffers ----

constexpr std::string_view kCounter =
    "data d {\n  generate i in 0..12 { field x: f32 = rand() }\n}\n"
    "model Counter() {\n  param w: f32 = 1.0\n  buffer calls: f32 = 0.0\n  buffer last: f32 = 0.0\n"
    "  forward(x: f32[N]) -> f32 {\n    calls = calls + 1.0\n    last = w * sum(x)\n    return last * w + calls\n  "
    "}\n}\n"
    "let c = Counter()\n";

// A program whose train block has `items`, with that model above it, in a step at w = 2, calls = 5, last = 0, x = [1,
// 3].
std::map<std::string, double> StepOf(const std::string& items) {
  Compiled compiled(std::string(kCounter) + "train fit {\n  data = d\n" + items + "\n}");
  EXPECT_EQ(compiled.Errors(), "");
  if (compiled.diagnostics.has_errors()) return {};
  Values values = {{"c.w", ir::Tensor::Floats({}, {2})},
                   {"c.calls", ir::Tensor::Floats({}, {5})},
                   {"c.last", ir::Tensor::Floats({}, {0})},
                   {"x", ir::Tensor::Floats({2}, {1, 3})}};
  RunStep(compiled, 2, values);
  values.erase("x");
  std::map<std::string, double> results;
  for (const auto& [name, value] : values) results[name] = value.number(0);
  return results;
}

TEST(Buffers, AreSetByACallAndReadAgainWithoutAGradient) {
  auto step = StepOf("minimize c(x) using sgd(lr: 0.5)");
  EXPECT_EQ(step.at("c.calls"), 6);
  EXPECT_EQ(step.at("c.last"), 8);
  EXPECT_EQ(step.at("loss"), 8 * 2 + 6);
  EXPECT_EQ(step.at("c.w"), 2 - 0.5 * 8);  // not by way of `last`
}

TEST(Buffers, CallsWriteInProgramOrder) {
  auto step = StepOf("a = c(x)\nb = c(2.0 * x)\nminimize a + b using sgd(lr: 0.0)");
  EXPECT_EQ(step.at("c.calls"), 7);
  EXPECT_EQ(step.at("c.last"), 16);
  EXPECT_EQ(step.at("loss"), (8 * 2 + 6) + (16 * 2 + 7));
}

TEST(Buffers, MetricsAndWhatFollowsTheLossSetNone) {
  auto step = StepOf("metric before = c(x)\nminimize c(x) using sgd(lr: 0.0)\nlater = c(x)\nmetric after = later");
  EXPECT_EQ(step.at("c.calls"), 6);
  EXPECT_EQ(step.at("before"), 8 * 2 + 6);
  EXPECT_EQ(step.at("after"), 8 * 2 + 7);
}

TEST(Buffers, EachMinimizeLineSetsThemOnce) {
  auto step = StepOf("y = c(x)\nminimize y using sgd(lr: 0.5)\nminimize y using sgd(lr: 0.0)");
  EXPECT_EQ(step.at("c.calls"), 7);
  EXPECT_EQ(step.at("c.last"), -2 * 4);  // by the w that the first line left
  EXPECT_EQ(step.at("loss"), 8 * 2 + 6);
}

TEST(Buffers, AreNotSetOutsideTraining) {
  Compiled compiled(std::string(kCounter) +
                    "fn f(x: f32[2]) = c(x)\ntrain fit {\n  data = d\n  minimize c(x) using sgd(lr: 0.5)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  for (const char* name : {"f", "fit.eval"}) EXPECT_EQ(compiled.Ir(name).results().size(), 1u);
  ASSERT_EQ(Arguments(compiled.Ir("f")), (std::vector<std::string>{"x", "c.w", "c.calls", "c.last"}));
  EXPECT_EQ(compiled.Run("f", {ir::Tensor::Floats({2}, {1, 3}), ir::Tensor::Floats({}, {2}),
                               ir::Tensor::Floats({}, {5}), ir::Tensor::Floats({}, {10})}),
            std::vector<double>{10 * 2 + 5});
}

// ---- accumulate ----

// Gradients of w * x, batches of two of the rows 1 2 3 ... : the update comes with the mean over all rows since the
// last.
TEST(Accumulate, UpdatesByTheMeanGradientOfSeveralBatches) {
  Compiled compiled(
      "data d { generate i in 0..12 { field x: f32 = rand() } }\nmodel M() { param w: f32 = zeros }\nlet m = M()\n"
      "optimizer count(lr: f32) {\n  state calls = zeros\n  update(p, g, t) {\n    calls = calls + 100.0 * t\n"
      "    return p - lr * g\n  }\n}\n"
      "train fit {\n  data = d\n  accumulate = 2\n  minimize m.w * mean(x) using count(lr: 1.0)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  Values values = {{"m.w", ir::Tensor::Floats({}, {0})},
                   {"m.w.calls", ir::Tensor::Floats({}, {0})},
                   {"accumulate.rows", ir::Tensor::Floats({}, {0})},
                   {"accumulate.m.w", ir::Tensor::Floats({}, {0})},
                   {"steps", ir::Tensor::Ints({}, {6}, ir::Element::kI64)},
                   {"batches", ir::Tensor::Ints({}, {3}, ir::Element::kI64)}};
  auto run = [&](int64_t step, const std::vector<double>& x) {
    values["step"] = ir::Tensor::Ints({}, {step}, ir::Element::kI64);
    values["x"] = ir::Tensor::Floats({static_cast<int64_t>(x.size())}, x);
    RunStep(compiled, static_cast<int64_t>(x.size()), values);
    return values.at("m.w").number(0);
  };
  EXPECT_EQ(run(0, {1, 2}), 0);
  EXPECT_EQ(run(1, {3, 4}), -10.0 / 4);
  EXPECT_EQ(run(2, {5}), -10.0 / 4 - 5);  // the epoch ends: what is left makes an update
  EXPECT_EQ(run(3, {6, 6}), -7.5);
  EXPECT_EQ(run(4, {9}), -7.5 - 21.0 / 3);  // each row counts the same
  EXPECT_EQ(values.at("m.w.calls").number(0), 100 * (1 + 2 + 3));
}

}  // namespace
}  // namespace nnc::testing
