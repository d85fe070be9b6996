// Operators on tensors, and the types that literals take.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Operators, EachHasItsOp) {
  std::string text = FunctionF("fn f(a: f32[N], b: f32[N]) = ((a + b - a) * b / a % b) ** b");
  for (std::string_view op : {"add %a, %b", "sub", "mul", "div", "mod", "pow"}) EXPECT_THAT(text, HasSubstr(op));
  text = FunctionF("fn f(a: i32[N], b: i32[N]) = not (a == b) and a != b or a < b and a <= b or a > b and a >= b");
  for (std::string_view op : {"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not"}) {
    EXPECT_THAT(text, HasSubstr("= " + std::string(op) + " "));
  }
}

TEST(Operators, LiteralsTakeTheElementTypeBesideThem) {
  EXPECT_THAT(FunctionF("fn f(x: f64[N]) = 2.0 * x"), HasSubstr("{element = f64, shape = [], value = 2.0}"));
  EXPECT_THAT(FunctionF("fn f(x: i64[N]) = x + 1"), HasSubstr("{element = i64, shape = [], value = 1.0}"));
  EXPECT_THAT(FunctionF("fn f(x: u8[N]) = x == 255"), HasSubstr("{element = u8, shape = [], value = 255.0}"));
  EXPECT_THAT(FunctionF("fn f(x: bool[N]) = x and true"), HasSubstr("{element = bool, shape = [], value = 1.0}"));
}

TEST(Operators, NamesOfStaticNumbersAreAsLiterals) {
  EXPECT_THAT(FunctionF("let rate = 0.5\nfn f(x: f64[N]) = rate * x"), HasSubstr("element = f64"));
}

TEST(Operators, ADimensionBecomesATensorWhereATensorNeedsIt) {
  EXPECT_THAT(FunctionF("fn f(x: i32[N]) = x + N"),
              AllOf(HasSubstr("size {dim = N} : i64"), HasSubstr("cast %1 {element = i32}")));
}

TEST(Operators, SmallIntPowersAreProducts) {
  EXPECT_THAT(FunctionF("fn f(x: f32[N]) = x ** 2"), HasSubstr("mul %x, %x"));
  EXPECT_THAT(FunctionF("fn f(x: f32[N]) = x ** 1"), HasSubstr("return result = %x"));
  EXPECT_THAT(FunctionF("fn f(x: f32[N]) = x ** -1"), AllOf(HasSubstr("value = -1.0"), HasSubstr("pow %x")));
}

TEST(Operators, ProductsOfMatricesWithAnyLeadingAxes) {
  std::string text = FunctionF("fn f(a: f32[B, T, K], w: f32[K, M]) = a @ w");
  EXPECT_EQ(text,
            "func @f(%a: f32[B, T, K], %w: f32[K, M]) -> (f32[B, T, M]) {\n"
            "  %2 = reshape %a {shape = [B*T, K]} : f32[B*T, K]\n"
            "  %3 = matmul %2, %w {transpose_a = false, transpose_b = false} : f32[B*T, M]\n"
            "  %4 = reshape %3 {shape = [B, T, M]} : f32[B, T, M]\n"
            "  return result = %4\n}\n");
  EXPECT_THAT(FunctionF("fn f(a: f32[B, M, K], b: f32[B, K, N]) = a @ b"), HasSubstr("matmul %a, %b"));
  EXPECT_THAT(FunctionF("fn f(a: f32[M, K], b: f32[B, K, N]) = a @ b"), HasSubstr("broadcast %a {shape = [B, M, K]}"));
}

TEST(Operators, VectorsAreRowsOnTheLeftAndColumnsOnTheRight) {
  EXPECT_THAT(FunctionF("fn f(a: f32[K], w: f32[K, M]) = a @ w"), HasSubstr("-> (f32[M])"));
  EXPECT_THAT(FunctionF("fn f(w: f32[M, K], a: f32[K]) = w @ a"), HasSubstr("-> (f32[M])"));
  EXPECT_THAT(FunctionF("fn f(a: f32[K], b: f32[K]) = a @ b"), HasSubstr("-> (f32)"));
}

TEST(Operators, MinusAndPlusOfTensors) {
  EXPECT_THAT(FunctionF("fn f(x: f32[N]) = +(-x)"), HasSubstr("neg %x"));
  EXPECT_THAT(FunctionF("fn f(x: f32[N]) = +x"), HasSubstr("return result = %x"));
}

TEST(Operators, WhatResultsDoNotNeedIsNotKept) {
  EXPECT_THAT(FunctionF("fn f(x: f32[N]) {\n  y = exp(x)\n  return x\n}"), Not(HasSubstr("exp")));
}

TEST(Operators, ValuesKeepTheirNames) {
  std::string text = FunctionF("fn f(x: f32[N]) {\n  h = softmax(x)\n  k = h\n  return k + 1.0\n}");
  EXPECT_THAT(text, AllOf(HasSubstr("%h = div"), Not(HasSubstr("%k"))));
}

}  // namespace
}  // namespace nnc::testing
