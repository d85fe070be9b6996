#include "runtime/run_function.h"

#include <gtest/gtest.h>

#include "runtime/input.h"
#include "tests/runtime/ir_program.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;
using testing::HasSubstr;

class RunFunctionTest : public testing::TestWithParam<Backend> {
 protected:
  std::vector<std::pair<std::string, Tensor>> Run(const std::string& text, const TensorMap& inputs,
                                                  const TensorMap& weights = {}) {
    program_ = ReadProgram(text);
    options_.backend = GetParam();
    return RunFunction(program_.module.functions.front(), inputs, weights, options_);
  }
  Program program_;
  RunOptions options_;
};

constexpr char kLinear[] = R"(func @f(%net.weight: f32[3, K], %x: f32[N, K], %scale: f32) -> (f32[N, 3], f32[N, K]) {
  %h = matmul %x, %net.weight {transpose_a = false, transpose_b = true} : f32[N, 3]
  %y = mul %h, %scale : f32[N, 3]
  %z = neg %x : f32[N, K]
  return y = %y, z = %z
}
)";

TEST_P(RunFunctionTest, DimensionsComeFromTheInputs) {
  const TensorMap weights = {{"net.weight", ReadInput("[[1, 0], [0, 1], [1, 1]]").Converted(Element::kF32)}};
  const auto results = Run(kLinear, {{"x", ReadInput("[[1, 2], [3, 4]]")}, {"scale", ReadInput("2")}}, weights);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].first, "y");
  EXPECT_EQ(ToString(results[0].second.type()), "f32[2, 3]");
  EXPECT_THAT(Numbers(results[0].second), ElementsAre(2, 4, 6, 6, 8, 14));
  EXPECT_EQ(results[1].first, "z");
  EXPECT_THAT(Numbers(results[1].second), ElementsAre(-1, -2, -3, -4));
}

TEST_P(RunFunctionTest, AMissingLeadingDimensionIsOneSample) {
  const TensorMap weights = {{"net.weight", ReadInput("[[1, 0], [0, 1], [1, 1]]").Converted(Element::kF32)}};
  const auto results = Run(kLinear, {{"x", ReadInput("[1, 2]")}, {"scale", ReadInput("1")}}, weights);
  EXPECT_THAT(results[0].second.shape(), ElementsAre(3));
  EXPECT_THAT(Numbers(results[0].second), ElementsAre(1, 2, 3));
}

TEST_P(RunFunctionTest, ShapesThatDisagreeAreErrors) {
  const TensorMap weights = {{"net.weight", Tensor(Element::kF32, {3, 2})}};
  EXPECT_THAT([&] { Run(kLinear, {{"x", ReadInput("[[1, 2, 3]]")}, {"scale", ReadInput("1")}}, weights); },
              Fails(DiagnosticKind::kBadInput, "",
                    "`x` is f32[N, K], but a tensor of shape [1, 3] is given (with K = 2, N = 1)"));
  EXPECT_THAT([&] { Run(kLinear, {{"x", ReadInput("[[1, 2]]")}, {"scale", ReadInput("[1, 2]")}}, weights); },
              Fails(DiagnosticKind::kBadInput, "", "`scale` is f32, but a tensor of shape [2] is given"));
}

TEST_P(RunFunctionTest, MissingAndUnknownInputsAreErrors) {
  EXPECT_THAT([&] { Run(kLinear, {{"scale", ReadInput("1")}}, {{"net.weight", Tensor(Element::kF32, {3, 2})}}); },
              Fails(DiagnosticKind::kBadInput, "", "`f` needs a value for `x: f32[N, K]`"));
  const Diagnostic unknown = FailureOf([&] { Run(kLinear, {{"scales", ReadInput("1")}}); });
  EXPECT_EQ(unknown.kind, DiagnosticKind::kBadInput);
  EXPECT_THAT(unknown.help, HasSubstr("Did you mean `scale`?"));
  const Diagnostic weights = FailureOf([&] { Run(kLinear, {{"scale", ReadInput("1")}, {"x", ReadInput("[1]")}}); });
  EXPECT_THAT(weights.help, HasSubstr("--weights"));
}

TEST_P(RunFunctionTest, InputsConvertWhereTheyKeepTheirMeaning) {
  const std::string text = "func @f(%i: i32[N]) -> (i32[N]) {\n  %r = neg %i : i32[N]\n  return r = %r\n}\n";
  EXPECT_THAT(Numbers(Run(text, {{"i", ReadInput("[1, 2.0]")}})[0].second), ElementsAre(-1, -2));
  EXPECT_THAT([&] { Run(text, {{"i", ReadInput("[1, 2.5]")}}); },
              Fails(DiagnosticKind::kBadInput, "", "element 1 of the input is 2.5"));
  EXPECT_THAT([&] { Run(text, {{"i", ReadInput("[4294967296]")}}); },
              Fails(DiagnosticKind::kBadInput, "", "element 0"));
  EXPECT_THAT([&] { Run(text, {{"i", ReadInput("[1e30]")}}); },
              Fails(DiagnosticKind::kBadInput, "", "element 0 of the input is 1e+30"));
}

TEST_P(RunFunctionTest, DimensionsMayBeExpressions) {
  const std::string text =
      "func @f(%x: f32[N], %y: f32[2*N + 1]) -> (f32[2*N + 1]) {\n  %r = neg %y : f32[2*N + 1]\n  return r = %r\n}\n";
  EXPECT_THAT(Run(text, {{"x", ReadInput("[1]")}, {"y", ReadInput("[1, 2, 3]")}})[0].second.shape(), ElementsAre(3));
  EXPECT_THAT([&] { Run(text, {{"x", ReadInput("[1]")}, {"y", ReadInput("[1, 2]")}}); },
              Fails(DiagnosticKind::kBadInput, "", "`y` is f32[2*N + 1]"));
}

TEST_P(RunFunctionTest, ADimensionThatNothingDeterminesIsAnError) {
  const std::string text = "func @f(%y: f32[2*N]) -> (f32[2*N]) {\n  %r = neg %y : f32[2*N]\n  return r = %r\n}\n";
  EXPECT_THAT([&] { Run(text, {{"y", ReadInput("[1, 2]")}}); },
              Fails(DiagnosticKind::kBadInput, "", "no input of `f` determines its dimension N"));
}

TEST_P(RunFunctionTest, TheSeedIsGivenAndTheStepIsZero) {
  const std::string text = "func @f(%seed: i64, %step: i64) -> (i64, i64) {\n  return a = %seed, b = %step\n}\n";
  options_.seed = 42;
  const auto results = Run(text, {});
  EXPECT_EQ(results[0].second.as<int64_t>()[0], 42);
  EXPECT_EQ(results[1].second.as<int64_t>()[0], 0);
}

INSTANTIATE_TEST_SUITE_P(Backends, RunFunctionTest, testing::Values(Backend::kEvaluator, Backend::kJit),
                         [](const auto& param) { return param.param == Backend::kJit ? "Jit" : "Evaluator"; });

}  // namespace
}  // namespace nnc::runtime
