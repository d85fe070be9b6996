// Signatures and calls.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Functions, AreElaboratedOnceWithSymbolicDimensions) {
  EXPECT_EQ(FunctionF("fn f(a: f32[N, K], b: f32[K, M]) -> f32[N, M] = a @ b"),
            "func @f(%a: f32[N, K], %b: f32[K, M]) -> (f32[N, M]) {\n"
            "  %2 = matmul %a, %b {transpose_a = false, transpose_b = false} : f32[N, M]\n"
            "  return result = %2\n}\n");
}

TEST(Functions, CallsBindDimensionVariables) {
  EXPECT_THAT(FunctionF("fn g(x: f32[N, D]) -> f32[D, N] = reshape(x, [D, N])\nfn f(x: f32[M, 3]) = g(x)"),
              HasSubstr("reshape %x {shape = [3, M]}"));
}

TEST(Functions, ADimensionMayBeMadeOfOthers) {
  EXPECT_THAT(FunctionF("fn g(x: f32[D], y: f32[4*D]) -> f32[2*D] = x[:0]\nfn f(x: f32[3], y: f32[12]) = g(x, y)"),
              HasSubstr("must be `f32[2*D]`, but it is f32[0]: axis 0 is 0, not 2*D"));
  EXPECT_EQ(ErrorsOf("fn g(x: f32[D], y: f32[4*D]) = y\nfn f(x: f32[3], y: f32[12]) = g(x, y)"), "");
}

TEST(Functions, DotsAndRealAreTheSameThroughoutASignature) {
  EXPECT_THAT(FunctionF("fn g(x: real[..., C], y: real[...]) -> real[..., 2*C] = concat([x, x], axis: -1)\n"
                        "fn f(x: f64[A, B, 3], y: f64[A, B]) = g(x, y)"),
              HasSubstr("f64[A, B, 6]"));
  EXPECT_THAT(ErrorsOf("fn g(x: real[...], y: real[...]) = x\nfn f(x: f32[N], y: f64[N]) = g(x, y)"),
              HasSubstr("E0303 `y` of `g` must be `real[...]`, but it is f64[N]"));
  EXPECT_THAT(ErrorsOf("fn g(x: f32[..., C], y: f32[...]) = x\nfn f(x: f32[N, 3], y: f32[3]) = g(x, y)"),
              HasSubstr("E0301 `y` of `g` must be `f32[...]`, but it is f32[3]: axis 0 is 3, not N"));
}

TEST(Functions, ANumberIsAScalarTensorWhereOneIsDeclared) {
  EXPECT_THAT(
      FunctionF("fn g(x: real[N], low: real = 0.0) = max(x, low)\nfn f(x: f64[N]) = g(x) + g(x, 1.0)"),
      AllOf(HasSubstr("element = f64, shape = [], value = 0.0"), HasSubstr("element = f64, shape = [], value = 1.0")));
  EXPECT_THAT(FunctionF("fn g(x: real[...]) = x\nfn f() = g(2.0)"), HasSubstr("-> (f32)"));
}

TEST(Functions, ArgumentsMayBeNamedAndHaveDefaults) {
  std::string text =
      FunctionF("fn g(a: f32, b: int = 2, c: int = 10 * b) = zeros([b, c])\nfn f(a: f32) = g(c: 7, a: a)");
  EXPECT_THAT(text, HasSubstr("f32[2, 7]"));
  EXPECT_THAT(FunctionF("fn g(b: int = 2, c: int = 10 * b) = zeros([b, c])\nfn f() = g(3)"), HasSubstr("f32[3, 30]"));
}

TEST(Functions, AListParameterTakesASingleValue) {
  EXPECT_THAT(FunctionF("fn g(s: [int]) = zeros(s + [2])\nfn f() = g(5)"), HasSubstr("f32[5, 2]"));
}

TEST(Functions, TuplesGoInAndOut) {
  std::string text = FunctionF("fn f(s: (f32[N], (f32, i32[2]))) {\n  (a, (b, c)) = s\n  return (c, (a, b))\n}");
  EXPECT_THAT(text, AllOf(HasSubstr("%s.0: f32[N], %s.1.0: f32, %s.1.1: i32[2]"),
                          HasSubstr("return result.0 = %s.1.1, result.1.0 = %s.0, result.1.1 = %s.1.0")));
}

TEST(Functions, LiteralsCaptureAndAreScopes) {
  std::string text = FunctionF(
      "fn twice(g: fn, x: f32[N]) = g(g(x))\n"
      "fn f(x: f32[N], k: f32) {\n  h = fn (v) { k = k * v\n    return k }\n  k = 0.0\n  return twice(h, x) + k\n}");
  EXPECT_EQ(text,
            "func @f(%x: f32[N], %k: f32) -> (f32[N]) {\n"
            "  %k.1 = mul %k, %x : f32[N]\n"
            "  %k.2 = mul %k, %k.1 : f32[N]\n"
            "  %4 = constant {element = f32, shape = [], value = 0.0} : f32\n"
            "  %5 = add %k.2, %4 : f32[N]\n"
            "  return result = %5\n}\n");
}

TEST(Functions, LibraryNamesCanBeHidden) {
  EXPECT_THAT(FunctionF("fn relu(x: f32[N]) = -x\nfn f(x: f32[N]) = relu(x)"), HasSubstr("neg %x"));
  // The library's own files keep their relu.
  EXPECT_THAT(FunctionF("fn relu(x: f32[N]) = -x\nfn f(x: f32[N]) = softplus(x)"), HasSubstr("max"));
}

TEST(Functions, StaticParametersWithDefaultsJoinTheModule) {
  EXPECT_THAT(FunctionF("fn f(n: int = 64) -> f32[n, 2] = zeros([n, 2])"), HasSubstr("f32[64, 2]"));
  EXPECT_TRUE(Compiled("fn f(n: int) = zeros([n])").program.module.functions.empty());
  EXPECT_TRUE(Compiled("fn f() = [1, 2]").program.module.functions.empty());
}

TEST(Functions, ResultsAreCheckedAgainstTheirDeclaration) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N, 3]) -> f32[N, 2] = x"),
            "1:35 E0309 the result of `f` must be `f32[N, 2]`, but it is f32[N, 3]: axis 1 is 3, not 2\n"
            "  1:6 3 is axis 1 of `x: f32[N, 3]`\n"
            "  1:23 declared here\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) -> f64[N] = x"),
            "1:29 E0309 the result of `f` must be `f64[N]`, but it is f32[N]\n  1:20 declared here\n"
            "  help: convert it by name: `f64(...)`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) -> f32 = x"),
            "1:26 E0309 the result of `f` must be `f32`, but it is f32[N]\n  1:20 declared here\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32) -> (f32, f32) = x"),
            "1:30 E0309 the result of `f` must be a tuple of 2, not f32\n  1:17 declared here\n");
}

TEST(Functions, ArgumentErrors) {
  std::string g = "fn g(x: f32, rate: float = 0.1) = x * rate\n";
  EXPECT_EQ(ErrorsOf(g + "fn f(x: f32) = g(x, rte: 0.2)"),
            "2:21 E0204 `g` has no argument `rte`\n  help: did you mean `rate`?\n");
  EXPECT_EQ(ErrorsOf(g + "fn f(x: f32) = g(rate: 0.2)"), "2:16 E0205 `g` needs an argument `x`\n");
  EXPECT_EQ(ErrorsOf(g + "fn f(x: f32) = g(x, 0.1, 0.2)"), "2:26 E0206 `g` takes 2 arguments\n");
  EXPECT_EQ(ErrorsOf(g + "fn f(x: f32) = g(x, x: x)"), "2:24 E0207 `x` of `g` is given twice\n  2:18 first here\n");
  EXPECT_EQ(ErrorsOf(g + "fn f(x: f32) = g(x, 1)"),
            "2:21 E0308 the int 1 where `rate` of `g`, a float, is needed\n  help: write `1.0`\n");
  EXPECT_EQ(ErrorsOf(g + "fn f(x: f32) = g(x, x)"),
            "2:21 E0401 `rate` of `g` must be a float that is known when compiling, not f32\n  1:20 declared here\n");
  EXPECT_EQ(ErrorsOf(g + "fn f(x: f32) = g([x])"),
            "2:18 E0302 `x` of `g` must be a tensor `f32`, not a list of 1\n  1:9 declared here\n");
  EXPECT_EQ(ErrorsOf("fn g(x: f32[N, 2]) = x\nfn f(x: f32[N]) = g(x)"),
            "2:21 E0304 `x` of `g` must be `f32[N, 2]`, but it is f32[N]\n  1:9 declared here\n");
  EXPECT_EQ(ErrorsOf("fn g(x: f32[N]) = x\nfn f(x: f64[N]) = g(x)"),
            "2:21 E0303 `x` of `g` must be `f32[N]`, but it is f64[N]\n  1:9 declared here\n"
            "  help: convert it by name: `f32(...)`\n");
}

TEST(Functions, AVariableOfTwoSizesNamesBothArguments) {
  EXPECT_EQ(ErrorsOf("fn g(a: f32[K], b: f32[K]) = a + b\nfn f(x: f32[3], y: f32[4]) = g(x, y)"),
            "2:35 E0301 `b` of `g` must be `f32[K]`, but it is f32[4]: axis 0 is 4, not 3\n"
            "  2:17 4 is axis 0 of `y: f32[4]`\n"
            "  2:32 `K` is 3 from here\n"
            "  1:20 declared here\n");
}

TEST(Functions, DimensionsMustBeDetermined) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) -> f32[M] = x"),
            "1:24 E0307 nothing determines the dimension `M`\n"
            "  help: a dimension variable must stand alone in a dimension of some argument\n");
  EXPECT_THAT(ErrorsOf("fn f(x: f32[2*N]) = x"), HasSubstr("E0307 nothing determines the dimension `N`"));
  EXPECT_EQ(ErrorsOf("fn f(x: f32[n]) = x"), "1:13 E0201 nothing is called `n` here\n");
  EXPECT_THAT(FunctionF("let N = 5\nfn f(x: f32[N]) = x"), HasSubstr("%x: f32[5]"));
}

TEST(Functions, RecursionEnds) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32) -> f32 = f(x)"),
            "1:23 E0403 200 calls nest in one another at `f`: does this recursion end?\n");
  EXPECT_THAT(
      FunctionF("fn g(x: f32, n: int) -> f32 = if n == 0 { x } else { g(x * x, n - 1) }\nfn f(x: f32) = g(x, 2)"),
      HasSubstr("mul %1, %1"));
}

TEST(Functions, ABodyMustReturn) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32) {\n  y = x\n}"), "1:4 E0404 `f` ends without a `return`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32) {\n  g = fn (v) { w = v }\n  return g(x)\n}"),
            "3:10 E0404 this function ends without a `return`\n");
}

}  // namespace
}  // namespace nnc::testing
