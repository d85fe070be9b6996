// Model instances: names, sharing, members, initial values, buffers.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> Parameters(const std::string& text) {
  Compiled compiled(text);
  std::vector<std::string> names;
  if (compiled.diagnostics.has_errors()) names.push_back(compiled.Errors());
  for (const Parameter& p : compiled.program.parameters) names.push_back(p.name + ": " + ir::ToString(p.type));
  return names;
}

constexpr std::string_view kScale =
    "model Scale(d: int) {\n  param w: f32[d] = ones\n  forward(x: f32[N, d]) -> f32[N, d] = x * w\n}\n";

TEST(Models, ParametersHaveTheirPathsAsNames) {
  EXPECT_THAT(Parameters(std::string(kScale) +
                         "model Net(n: int) {\n  scales = [Scale(2) for i in 0..n]\n  param b: f32[3*n] = zeros\n"
                         "  last = Scale(n)\n}\nlet net = Net(2)\nlet nets = [Scale(1), Scale(1)]"),
              ElementsAre("net.scales.0.w: f32[2]", "net.scales.1.w: f32[2]", "net.b: f32[6]", "net.last.w: f32[2]",
                          "nets.0.w: f32[1]", "nets.1.w: f32[1]"));
}

TEST(Models, AModelGivenToAnotherBelongsToTheFirst) {
  EXPECT_THAT(Parameters(std::string(kScale) +
                         "model Hold(m: model) {\n  same = m\n}\n"
                         "model Net() {\n  s = Scale(2)\n  t = Hold(s)\n  u = Hold(Scale(3))\n}\nlet net = Net()"),
              ElementsAre("net.s.w: f32[2]", "net.u.m.w: f32[3]"));
}

TEST(Models, SequentialNumbersItsLayersAsPyTorchDoes) {
  EXPECT_THAT(
      Parameters("let net = Sequential([Linear(2, 3), Activation(relu), Linear(3, 1)])"),
      ElementsAre("net.0.weight: f32[3, 2]", "net.0.bias: f32[3]", "net.2.weight: f32[1, 3]", "net.2.bias: f32[1]"));
}

TEST(Models, AListWithAnUnderscoreGivesItsMembersToItsModel) {
  std::string text =
      std::string(kScale) +
      "model Level(d: int) {\n  wide = 2 * d\n  param w: f32[wide] = ones\n  fc = Scale(d)\n}\n"
      "model Net() {\n  _l = [Level(2), Level(3)]\n  forward(x: f32[4]) = x * _l[0].w\n}\nlet net = Net()\n";
  EXPECT_THAT(Parameters(text),
              ElementsAre("net.w_l0: f32[4]", "net.fc_l0.w: f32[2]", "net.w_l1: f32[6]", "net.fc_l1.w: f32[3]"));
  EXPECT_THAT(FunctionF(text + "fn f(x: f32[4]) = grad(sum(net(x)), wrt: (net.w_l0, net._l[0].w))"),
              HasSubstr("(%x: f32[4], %net.w_l0: f32[4]) -> (f32[4], f32[4])"));
  EXPECT_EQ(ErrorsOf(text + "let w = net.wide_l0"), "15:13 E0203 the model `Net` has no member `wide_l0`\n");
  EXPECT_EQ(
      ErrorsOf(std::string(kScale) + "model Net() {\n  param w_l0: f32 = 0.0\n  _l = [Scale(2)]\n}\nlet n = Net()"),
      "7:3 E0202 the model `Net` has two members `w_l0`\n");
}

TEST(Models, ParametersAreArgumentsOfTheFunctionsThatUseThem) {
  std::string text = FunctionF(std::string(kScale) + "let a = Scale(2)\nlet b = Scale(2)\nfn f(x: f32[N, 2]) = b(x)");
  EXPECT_EQ(text,
            "func @f(%x: f32[N, 2], %b.w: f32[2]) -> (f32[N, 2]) {\n"
            "  %2 = mul %x, %b.w : f32[N, 2]\n"
            "  return result = %2\n}\n");
}

TEST(Models, ArgumentsComeInTheProgramsOrder) {
  EXPECT_THAT(FunctionF(std::string(kScale) + "let a = Scale(2)\nlet b = Scale(2)\nfn f(x: f32[N, 2]) = b(a.w + x)"),
              HasSubstr("(%x: f32[N, 2], %a.w: f32[2], %b.w: f32[2])"));
}

TEST(Models, CallingTwiceSharesParameters) {
  EXPECT_THAT(FunctionF(std::string(kScale) + "let a = Scale(2)\nfn f(x: f32[N, 2]) = a(a(x))"),
              AllOf(HasSubstr("mul %x, %a.w"), HasSubstr("mul %2, %a.w"), Not(HasSubstr("%a.w.1"))));
}

TEST(Models, MembersAreStaticValuesModelsMethodsAndParameters) {
  std::string text = FunctionF(
      "model M(d: int) {\n  wide = 2 * d\n  param w: f32[wide] = zeros\n  inner = Linear(d, d)\n"
      "  fn twice(x: f32[K]) -> f32[K] = x + x\n  forward(x: f32[wide]) = twice(w) + x\n}\nlet m = M(3)\n"
      "fn f(x: f32[m.wide]) = (m(x) + m.w, m.inner.bias, m.twice(x))");
  EXPECT_THAT(text, AllOf(HasSubstr("%x: f32[6], %m.w: f32[6], %m.inner.bias: f32[3]"), HasSubstr("add %m.w, %m.w"),
                          HasSubstr("add %x, %x")));
}

TEST(Models, InitialValuesComeFromTheInitializer) {
  Compiled compiled(
      "model M() {\n  param a: f32[2, 3] = zeros\n  param b: f32[2] = 0.5\n  param c: f64[3] = normal(0.0, 0.02)\n"
      "  buffer d: i32[2] = 7\n}\nlet m = M()");
  EXPECT_EQ(compiled.program.init_function, "init");
  std::string init = compiled.Function("init");
  EXPECT_THAT(init, HasSubstr("func @init(%seed: i64) -> (f32[2, 3], f32[2], f64[3], i32[2])"));
  EXPECT_THAT(init, HasSubstr("return m.a = "));
  EXPECT_THAT(init, AllOf(HasSubstr("value = 0.5"), HasSubstr("f32[3]"), HasSubstr("cast"), HasSubstr("value = 7.0")));
}

TEST(Models, AnInitialValueDependsOnlyOnTheParametersPath) {
  std::string one = Compiled("let a = Embedding(2, 2)").Function("init");
  std::string two = Compiled("let first = Embedding(2, 2)\nlet a = Embedding(2, 2)").Function("init");
  size_t at = one.find("fold_in %seed");
  std::string key = one.substr(one.rfind("value = ", at), 30);  // the hash of `a.weight`
  EXPECT_THAT(two, HasSubstr(key));
  EXPECT_NE(two.find("fold_in %seed"), two.rfind("fold_in %seed"));
}

TEST(Models, SummariesListParametersAndBuffers) {
  Compiled compiled("model M() {\n  param a: f32 = 0.0\n  buffer b: f32 = 0.0\n}\nlet m = M()\nlet n = m");
  ASSERT_EQ(compiled.program.models.size(), 2u);
  EXPECT_EQ(compiled.program.models[0].model, "M");
  ASSERT_EQ(compiled.program.parameters.size(), 2u);  // `n` is the same instance
  EXPECT_TRUE(compiled.program.parameters[0].trained);
  EXPECT_FALSE(compiled.program.parameters[1].trained);
}

TEST(Models, BuffersStayAsTheyAreOutsideOfTraining) {
  std::string text = FunctionF(
      "model M() {\n  buffer b: f32[2] = zeros\n  forward(x: f32[2]) {\n    b = b + x\n    return b\n  }\n}\n"
      "let m = M()\nfn f(x: f32[2]) = m(x)");
  EXPECT_THAT(text, HasSubstr("return result = %m.b"));
}

TEST(Models, MethodsThatNothingCallsAreCheckedToo) {
  EXPECT_THAT(ErrorsOf("model M() {\n  fn g(x: f32[N, 2]) -> f32[N] = x\n}\nlet m = M()"), HasSubstr("E0309"));
  EXPECT_THAT(
      ErrorsOf("model In() {\n  fn g(x: f32[N, 2]) -> f32[N] = x\n}\nmodel M() {\n  i = [In()]\n}\nlet m = M()"),
      HasSubstr("E0309"));
}

TEST(Models, AMethodWithErrorsIsReportedOnce) {
  std::string errors = ErrorsOf(
      "model M() {\n  forward(x: f32[N, 2]) = x + y\n}\nlet m = M()\nfn f(x: f32[N, 2]) = m(x)\nfn g(x: f32[4, 2]) = "
      "m(x)");
  EXPECT_EQ(errors, "2:31 E0201 nothing is called `y` here\n");
}

TEST(Models, Errors) {
  EXPECT_EQ(ErrorsOf(std::string(kScale) + "let net = Scale()"), "5:11 E0205 `Scale` needs an argument `d`\n");
  EXPECT_EQ(ErrorsOf(std::string(kScale) + "let net = Scale(2)\nfn f(x: f32[N]) = net.wieght"),
            "6:23 E0203 the model `Scale` has no member `wieght`\n");
  EXPECT_EQ(ErrorsOf(std::string(kScale) + "fn f(x: f32[N, 2]) = Scale(2)(x)"),
            "3:44 E0408 a model that is made here has no name for its parameters\n  5:22 in this call\n"
            "  help: make it in a top-level `let` or as a member of a model\n");
  EXPECT_EQ(ErrorsOf("model M() {\n  param a: f32 = 0.0\n  a = 3\n}\nlet m = M()"),
            "3:3 E0202 the model `M` has two members `a`\n  2:9 first here\n");
  EXPECT_EQ(ErrorsOf("model M() {\n  param a: f32 = 0.0\n}\nlet m = M()\nfn f(x: f32) = m(x)"),
            "5:16 E0310 the model `M` has no `forward`, so it cannot be called\n  1:7 declared here\n");
  EXPECT_EQ(ErrorsOf("model M() {\n  param a: f32[3] = zeros([2])\n}\nlet m = M()"),
            "2:21 E0301 the initial value of `m.a` is f32[2], but the parameter is f32[3]\n  2:9 declared here\n");
  EXPECT_EQ(ErrorsOf("model M() {\n  m = M()\n}\nlet m = M()"),
            "2:7 E0403 200 calls nest in one another at `M`: does this recursion end?\n");
  EXPECT_THAT(ErrorsOf("let m = zeros([2]) + 1.0"), HasSubstr("1:9 E0401 a tensor cannot be computed here"));
}

}  // namespace
}  // namespace nnc::testing
