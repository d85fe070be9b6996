// Train blocks as plans and functions.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kData =
    "data d {\n  generate i in 0..12 {\n    field x: f32[2] = stack([rand(), rand()])\n    field label: class(3) = i % "
    "3\n  }\n"
    "  split train: 0.5, test: 0.5\n}\nlet net = Linear(2, 3)\n";

// A program whose train block has `items`, with the data and the model above it.
std::string With(const std::string& items) { return std::string(kData) + "train fit {\n" + items + "\n}"; }

std::vector<std::string> Names(const std::vector<ir::Result>& results) {
  std::vector<std::string> names;
  for (const ir::Result& result : results) names.push_back(result.name);
  return names;
}

std::vector<std::string> Arguments(const ir::Function& function) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < function.argument_count(); ++i) names.push_back(function.node({i}).name);
  return names;
}

std::vector<std::string> FieldNames(const TrainPlan& plan) {
  std::vector<std::string> names;
  for (const BatchField& field : plan.fields) names.push_back(field.name);
  return names;
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Train, HasTheOptimizersLearningRates) {
  Compiled called(
      With("data = d.train\nepochs = 1\n"
           "minimize cross_entropy(net(x), label) over net.weight using sgd(lr: 0.1 / (1.0 + step)), over "
           "net.bias using adam()"));
  ASSERT_EQ(called.Errors(), "");
  const ir::Function& rates = *called.program.module.Find(called.program.trains.at(0).rates_function);
  EXPECT_THAT(Names(rates.results()), ElementsAre("lr", "lr2"));
  EXPECT_THAT(Arguments(rates), ElementsAre("step"));
}

TEST(Train, PlansItsSettings) {
  Compiled compiled(
      With("data = d.train\nvalidate = d.test\nbatch = 4\nepochs = 7\nseed = 3\nshuffle = false\ndrop_last = "
           "true\npatience = 2\nclip_norm = 1.5\naccumulate = 4\ncheckpoint_every = 5\n"
           "minimize cross_entropy(net(x), label) using sgd(lr: 0.1)"));
  ASSERT_EQ(compiled.Errors(), "");
  const TrainPlan& plan = compiled.program.trains.at(0);
  EXPECT_THAT(plan.data, ElementsAre(DataPart{"d", "train"}));
  EXPECT_THAT(plan.validate, ElementsAre(DataPart{"d", "test"}));
  EXPECT_EQ(plan.batch, 4);
  EXPECT_EQ(plan.epochs, 7);
  EXPECT_EQ(plan.steps, 0);
  EXPECT_EQ(plan.seed, 3);
  EXPECT_FALSE(plan.shuffle);
  EXPECT_TRUE(plan.drop_last);
  EXPECT_EQ(plan.patience, 2);
  EXPECT_EQ(plan.clip_norm, 1.5);
  EXPECT_EQ(plan.accumulate, 4);
  EXPECT_EQ(plan.checkpoint_every, 5);
  EXPECT_THAT(FieldNames(plan), ElementsAre("x", "label"));
}

TEST(Train, MakesAStepThatUpdatesWhatItReads) {
  Compiled compiled(
      With("data = d.train\nminimize cross_entropy(net(x), label) using momentum(lr: 0.1)\n"
           "metric accuracy = mean(float(argmax(net(x), axis: -1) == label))"));
  ASSERT_EQ(compiled.Errors(), "");
  const ir::Function& step = compiled.Ir("fit.step");
  EXPECT_THAT(Arguments(step), ElementsAre("net.weight", "net.bias", "net.weight.v", "net.bias.v", "x", "label"));
  EXPECT_THAT(Names(step.results()),
              ElementsAre("net.weight", "net.bias", "net.weight.v", "net.bias.v", "loss", "accuracy"));
  EXPECT_EQ(ir::ToString(step.type({4})), "f32[B, 2]");
  EXPECT_EQ(Count(compiled.Function("fit.step"), "= vjp "), 2u);
}

TEST(Train, MakesEvalLossAndInit) {
  Compiled compiled(
      With("data = d.train\nminimize cross_entropy(net(x), label) using momentum(lr: 0.1)\nmetric zero = 0.0"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(Arguments(compiled.Ir("fit.eval")), ElementsAre("net.weight", "net.bias", "x", "label"));
  EXPECT_THAT(Names(compiled.Ir("fit.eval").results()), ElementsAre("loss", "zero"));
  EXPECT_THAT(Names(compiled.Ir("fit.loss").results()), ElementsAre("loss"));
  EXPECT_THAT(Names(compiled.Ir("fit.init").results()),
              ElementsAre("net.weight", "net.bias", "net.weight.v", "net.bias.v"));
  EXPECT_THAT(Arguments(compiled.Ir("fit.init")), ElementsAre("seed"));
  EXPECT_THAT(compiled.Function("fit.eval"), Not(HasSubstr("= vjp ")));
}

TEST(Train, TrainingIsTrueInTheStepAndFalseInEval) {
  Compiled compiled(
      With("data = d.train\nscale = if training { 2.0 } else { 3.0 }\nminimize scale * sum_squares(net) using sgd(lr: "
           "0.1)"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.Function("fit.step"), HasSubstr("value = 2.0"));
  EXPECT_THAT(compiled.Function("fit.loss"), HasSubstr("value = 2.0"));
  EXPECT_THAT(compiled.Function("fit.eval"), HasSubstr("value = 3.0"));
}

TEST(Train, DropoutDrawsByStepInTrainingOnly) {
  Compiled compiled(
      With("data = d.train\ndrop = Dropout(0.5)\nminimize cross_entropy(net(drop(x)), label) using sgd(lr: 0.1)"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.Function("fit.step"), HasSubstr("fold_in %seed, %step"));
  EXPECT_THAT(compiled.Function("fit.eval"), Not(HasSubstr("uniform")));
}

TEST(Train, ProgressIsFloatsAnywhere) {
  Compiled compiled(
      With("data = d.train\nweight = epoch / epochs\nminimize weight * sum_squares(net) using sgd(lr: cosine(step, "
           "steps, peak: 0.1))"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(Arguments(compiled.Ir("fit.step")),
              ElementsAre("net.weight", "net.bias", "step", "steps", "epoch", "epochs"));
  EXPECT_EQ(ir::ToString(compiled.Ir("fit.step").type({2})), "i64");
}

TEST(Train, BIsTheBatchSize) {
  Compiled compiled(
      With("data = d.train\nnoise = randn([B, 2])\nminimize cross_entropy(net(x + noise), label) using sgd(lr: 0.1)"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.Function("fit.step"), HasSubstr("shape = [B, 2]"));
}

TEST(Train, FieldsHideTopLevelNames) {
  EXPECT_EQ(ErrorsOf("let x = 1\n" + With("data = d.train\nminimize cross_entropy(net(x), label) using sgd(lr: 0.1)")),
            "");
}

TEST(Train, GroupsHaveTheirOwnOptimizers) {
  Compiled compiled(
      With("data = d.train\nminimize cross_entropy(net(x), label) over net.params(\"*.weight\") using adam(lr: 0.1), "
           "over net.bias using sgd(lr: 0.2)"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(Names(compiled.Ir("fit.step").results()),
              ElementsAre("net.weight", "net.bias", "net.weight.m", "net.weight.v", "loss"));
}

TEST(Train, WhatIsInNoGroupIsFrozen) {
  Compiled compiled(With(
      "data = d.train\nminimize cross_entropy(net(x), label) over net.params(except: \"*.bias\") using sgd(lr: 0.1)"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(Names(compiled.Ir("fit.step").results()), ElementsAre("net.weight", "loss"));
  EXPECT_NE(compiled.Ir("fit.step").FindArgument("net.bias"), std::nullopt);
}

// p -> p - 0.1 * 2p = 0.8p by the first line; the second sees 0.8p and the same draw: p -> 0.8p - 0.1 * u.
TEST(Train, ALaterLineSeesWhatTheOneBeforeLeft) {
  Compiled compiled(
      "model M() {\n  param p: f32 = 1.0\n}\nlet m = M()\ntrain fit {\n  steps = 1\n  u = rand()\n"
      "  minimize m.p * m.p using sgd(lr: 0.1)\n  minimize m.p * m.p * u using sgd(lr: 0.1)\n  metric draw = u\n}");
  ASSERT_EQ(compiled.Errors(), "");
  std::string step = compiled.Function("fit.step");
  size_t second = step.rfind("= vjp ");
  EXPECT_EQ(Count(step, "= vjp "), 2u);
  EXPECT_THAT(step.substr(second, 60), Not(HasSubstr("%m.p :")));  // by the updated value
  std::string key = step.substr(step.find("value = ", step.find("fold_in")), 24);
  EXPECT_EQ(Count(step, key), 2u) << step;  // one place, in each run of the body
}

TEST(Train, LinesKeepTheirStatesApart) {
  Compiled compiled(
      With("data = d.train\nminimize cross_entropy(net(x), label) using momentum(lr: 0.1)\nminimize sum_squares(net) "
           "over net.weight using momentum(lr: 0.1)"));
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(Names(compiled.Ir("fit.step").results()),
              ElementsAre("net.weight", "net.bias", "net.weight.v", "net.bias.v", "minimize2.net.weight.v", "loss"));
}

TEST(Train, ParametersOfAnUnbiasedLayerAreTheWeightsAlone) {
  Compiled compiled(
      "let net = Linear(2, 1, bias: false)\ntrain fit {\n  steps = 1\n  minimize sum_squares(net) using sgd(lr: "
      "0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  ASSERT_EQ(compiled.program.parameters.size(), 1u);
  EXPECT_THAT(Names(compiled.Ir("fit.init").results()), ElementsAre("net.weight"));
}

TEST(Train, StartsFromAnotherRun) {
  Compiled compiled(
      With("data = d.train\nminimize sum_squares(net) using sgd(lr: 0.1)") +
      "\ntrain more {\n  data = d.train\n  start = fit\n  minimize sum_squares(net) using sgd(lr: 0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_EQ(compiled.program.trains[1].start, "fit");
}

// ---- Several data blocks ----

constexpr std::string_view kTwo =
    "data a { generate i in 0..8 {\n  field x: f32 = rand()\n  field z: f32 = rand()\n} }\n"
    "data b { generate i in 0..4 {\n  field x: f32 = rand()\n  field y: f32 = rand()\n} }\n"
    "data c { generate i in 0..4 {\n  field x: f32 = rand()\n  field z: f32 = rand()\n} }\n"
    "model M() { param w: f32 = zeros }\nlet m = M()\n";

TEST(SeveralBlocks, EqualFieldNamesAreWrittenWithTheBlocks) {
  Compiled compiled(std::string(kTwo) +
                    "train fit {\n  data = (a, b)\n  minimize m.w * sum(x + a.x + b.x + y) using sgd(lr: 0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  const TrainPlan& plan = compiled.program.trains.at(0);
  EXPECT_THAT(plan.data, ElementsAre(DataPart{"a", ""}, DataPart{"b", ""}));
  EXPECT_THAT(FieldNames(plan), ElementsAre("x", "z", "b.x", "y"));
  EXPECT_EQ(plan.fields[2].part, 1u);
  EXPECT_THAT(Arguments(compiled.Ir("fit.step")), ElementsAre("m.w", "x", "b.x", "y"));
}

TEST(SeveralBlocks, ValidationReplacesTheFirstOnes) {
  Compiled compiled(
      std::string(kTwo) +
      "train fit {\n  data = (a, b)\n  validate = c\n  minimize m.w * sum(x + b.x) using sgd(lr: 0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.program.trains[0].validate, ElementsAre(DataPart{"c", ""}, DataPart{"b", ""}));
}

TEST(SeveralBlocks, AFieldMayBeCalledAsProgressIs) {
  Compiled compiled(
      "data a { generate i in 0..8 { field step: f32 = rand() } }\nmodel M() { param w: f32 = zeros }\nlet m = M()\n"
      "train fit {\n  data = a\n  minimize m.w * sum(step + rand([B])) using sgd(lr: 0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(Arguments(compiled.Ir("fit.step")), ElementsAre("m.w", "a.step", "seed", "step"));
}

TEST(SeveralBlocks, FunctionLiteralsSeeTheBatch) {
  EXPECT_EQ(ErrorsOf(std::string(kTwo) + "train fit {\n  data = (a, b)\n  f = fn (k) { return k * b.x }\n"
                                         "  minimize m.w * sum(f(2.0)) using sgd(lr: 0.1)\n}"),
            "");
}

// ---- Parameter sets ----

TEST(ParameterSets, AreArithmetic) {
  Compiled compiled(
      "model M() {\n  param a: f32[2] = stack([1.0, 2.0])\n  param b: f32 = 3.0\n}\nlet m = M()\nlet n = M()\n"
      "fn f() -> f32[5] {\n  y = sum(m.a * m.a) * m.b\n  g = grad(y, wrt: m.params)\n"
      "  return stack([sum_squares(m), sum_abs(m.params - 0.5 * g), norm(g), norm([m.params, n.params]), "
      "sum_squares(m.params(\"*.b\"))])\n}");
  ASSERT_EQ(compiled.Errors(), "");
  std::string text = compiled.Function("f");
  EXPECT_THAT(text, HasSubstr("= vjp %y, %m.a, %7 : f32[2]"));
  EXPECT_THAT(text, HasSubstr("= vjp %y, %m.b, %7 : f32"));
  EXPECT_EQ(Count(text, "= abs "), 2u);
  EXPECT_EQ(Count(text, "%n.a"), 3u);  // an argument, and its square
}

struct Wrong {
  std::string items;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const Wrong& w) { return out << w.items; }

class TrainMistakes : public ::testing::TestWithParam<Wrong> {};

TEST_P(TrainMistakes, AreReported) {
  std::string other = "\ndata other {\n  generate i in 0..4 { field y: f32 = rand() }\n}";
  std::string errors = ErrorsOf(With(GetParam().items) + other);
  EXPECT_THAT(errors, HasSubstr(GetParam().error));
  EXPECT_EQ(Count(errors, " E0"), 1u) << errors;
}

const std::string kStep = "\nminimize cross_entropy(net(x), label) using sgd(lr: 0.1)";

INSTANTIATE_TEST_SUITE_P(
    Train, TrainMistakes,
    ::testing::Values(
        Wrong{"data = d.train\nepoch = 3" + kStep,
              "E0210 nothing reads `epoch`\n  help: did you mean the setting `epochs`?"},
        Wrong{"data = d.train\nfoo = 3" + kStep, "E0210 nothing reads `foo`\n"},
        Wrong{"data = d" + kStep, "E0405 `d` is split"},
        Wrong{"data = d.x" + kStep, "E0302 a data block is needed, not the field `d.x`"},
        Wrong{"data = d.trian" + kStep, "E0203"},
        Wrong{"data = d.train\nbatch = 0" + kStep, "E0405 `batch` is at least 1, not 0"},
        Wrong{"data = d.train\nbatch = 1.5" + kStep, "E0302"},
        Wrong{"data = d.train\nclip_norm = 0.0" + kStep, "E0405 `clip_norm` is above 0"},
        Wrong{"data = d.train\nshuffle = 1" + kStep, "E0302"},
        Wrong{"data = d.train\nepochs = 2\nsteps = 2" + kStep, "E0405 `epochs` and `steps` both"},
        Wrong{"data = d.train\nepochs = 2\nepochs = 3" + kStep, "E0202 `epochs` is set twice"},
        Wrong{"data = d.train\npatience = 2" + kStep, "E0406 `patience` waits"},
        Wrong{"minimize sum_squares(net) using sgd(lr: 0.1)", "E0406 `fit` has neither `data` nor `steps`"},
        Wrong{"data = d.train\nstart = nowhere" + kStep, "E0212 no other train block"},
        Wrong{"data = d.train", "E0406 `fit` minimizes nothing"},
        Wrong{"data = (d.train, d.test)" + kStep, "E0405 `d` is here twice"},
        Wrong{"data = (d.train, 3)" + kStep, "E0302 a data block is needed, not the int 3"},
        Wrong{"data = d.train\nvalidate = (d.test, other)" + kStep, "E0405 `validate` has 2 parts, but `data` has 1"},
        Wrong{"data = (other, d.train)\nvalidate = d.test" + kStep, "E0405 `d` lacks the field `y: f32` of `other`"},
        Wrong{"data = (d.train, other)\nminimize sum(other.z) using sgd(lr: 0.1)", "E0203"},
        Wrong{"data = d.train\nminimize sum(other.y) using sgd(lr: 0.1)", "E0302"},
        Wrong{"data = d.train\naccumulate = 0" + kStep, "E0405 `accumulate` is at least 1, not 0"},
        Wrong{"data = d.train\naccumulate = 1.5" + kStep, "E0302"},
        Wrong{"data = d.train\ncheckpoint_every = 0" + kStep, "E0405 `checkpoint_every` is at least 1, not 0"},
        Wrong{"data = d.train\nstart = 3" + kStep, "E0405 `start` names another train block"},
        Wrong{"data = d.train\nminimize net(x) using sgd(lr: 0.1)",
              "E0313 a derivative is taken of a scalar, not of f32[B, 3]"},
        Wrong{"data = d.train\nminimize sum(x) using sgd(lr: 0.1)", "E0312 the loss depends on no parameter"},
        Wrong{"data = d.train\nminimize sum(net.weight) over net.params using sgd(lr: 0.1)",
              "E0312 the loss does not depend on `net.bias`"},
        Wrong{"data = d.train\nminimize sum_squares(net) over net.params using sgd(lr: 0.1), over net.bias using "
              "sgd(lr: 0.1)",
              "E0405 `net.bias` is in two groups"},
        Wrong{"data = d.train\nminimize sum_squares(net) over net.bias using sgd(lr: 0.1), using sgd(lr: 0.1)",
              "E0406 each of several groups"},
        Wrong{"data = d.train\nminimize sum_squares(net) over x using sgd(lr: 0.1)",
              "E0302 `over` needs parameters, not f32[B, 2]"},
        Wrong{"data = d.train\nminimize sum_squares(net) over net.params(\"*.gamma\") using sgd(lr: 0.1)",
              "E0203 no parameter's name matches"},
        Wrong{"data = d.train\nminimize sum_squares(net) using 0.1",
              "E0302 `using` needs an optimizer, not the float 0.1"},
        Wrong{"data = d.train\nminimize sum_squares(net) using adam(beta1: 0.9, rate: 0.1)", "E0204"},
        Wrong{"data = d.train\nmetric m = net(x)" + kStep, "E0313 the metric `m` must be one number"},
        Wrong{"data = d.train\nmetric m = sum(label)" + kStep, "E0302 the metric `m` must be a float, but it is i32"},
        Wrong{"data = d.train\nmetric loss = 0.0" + kStep, "E0202 the loss is shown as `loss` already"},
        Wrong{"data = d.train\nmetric m = 0.0\nmetric m = 1.0" + kStep, "E0202 two metrics are called `m`"},
        Wrong{"data = d.train\nif true { return 1 }" + kStep, "E0408 a train block returns nothing"},
        Wrong{"data = d.train\nminimize norm(net.params ** 2.0) using sgd(lr: 0.1)",
              "E0302 parameter sets have only + - and *"}));

}  // namespace
}  // namespace nnc::testing
