// Shape errors name both operands' shapes and where each dimension came from.
#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

TEST(ShapeErrors, OfArguments) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N, 3], w: f32[4, 5]) = x @ w"),
            "1:36 E0301 `@` of f32[N, 3] and f32[4, 5]: axis 1 of operand 1 is 3, but axis 0 of operand 2 is 4\n"
            "  1:6 3 is axis 1 of `x: f32[N, 3]`\n"
            "  1:20 4 is axis 0 of `w: f32[4, 5]`\n");
}

TEST(ShapeErrors, AreTracedThroughOpsThatHandTheDimensionOn) {
  EXPECT_THAT(ErrorsOf("fn f(x: f32[N, 3], w: f32[5, 4]) {\n  h = exp(transpose(w)) * 2.0\n"
                       "  y = sum(reshape(x, [N, 3, 1]), axis: 2)\n  return y + h\n}"),
              HasSubstr("E0301 `+` of f32[N, 3] and f32[4, 5]: axis 0 is N in one and 4 in the other\n"
                        "  1:6 N is axis 0 of `x: f32[N, 3]`\n"
                        "  1:20 4 is axis 1 of `w: f32[5, 4]`\n"));
}

TEST(ShapeErrors, EndAtTheOpThatMadeTheDimension) {
  EXPECT_THAT(ErrorsOf("fn f(x: f32[N, 3]) {\n  y = concat([x, x], axis: 1)\n  return exp(y) - x\n}"),
              HasSubstr("  2:7 6 comes from here\n  1:6 3 is axis 1 of `x: f32[N, 3]`\n"));
}

TEST(ShapeErrors, OfModelsNameTheParameterAndWhereItsModelWasMade) {
  EXPECT_EQ(ErrorsOf("model Net(h: int) {\n  fc1 = Linear(2, h)\n  fc2 = Linear(99, 3)\n"
                     "  forward(x: f32[N, 2]) = fc2(relu(fc1(x)))\n}\nlet net = Net(100)"),
            "4:31 E0301 `x` of `Linear` must be `f32[..., in_features]`, but it is f32[N, 100]: axis 1 is 100, not 99\n"
            "  2:9 100 is axis 0 of `net.fc1.weight: f32[100, 2]`\n"
            "  layers.nn:12:14 declared here\n");
}

TEST(ShapeErrors, InTheLibraryAreBlamedOnTheUsersCall) {
  std::string errors = ErrorsOf("fn f(x: f32[N, 3], y: f32[N]) =\n  mse(x, y)");
  EXPECT_THAT(errors, HasSubstr("2:10 E0304 `target` of `mse` must be `real[...]`, but it is f32[N]"));
  errors = ErrorsOf("fn f(x: i32[N]) = silu(x)");
  EXPECT_THAT(errors, HasSubstr("1:24 E0303"));
}

TEST(ShapeErrors, OfDimensionsThatDependOnVariables) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N], y: f32[2*N]) = x + y"),
            "1:32 E0301 `+` of f32[N] and f32[2*N]: axis 0 is N in one and 2*N in the other\n"
            "  1:6 N is axis 0 of `x: f32[N]`\n"
            "  1:17 2*N is axis 0 of `y: f32[2*N]`\n");
}

TEST(ShapeErrors, ColumnsAndRowsAreNotMixedUp) {
  std::string errors = ErrorsOf("fn f(x: f32[N, 1], w: f32[N]) = x - w");
  EXPECT_THAT(errors, HasSubstr("1:33 E0301 `-` of f32[N, 1] and f32[N]"));
  EXPECT_THAT(errors, HasSubstr("help: drop the other's axis of size 1 by `squeeze(..., axis: 1)`"));
}

TEST(TypeErrors, OfOperators) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N], y: f64[N]) = x + y"),
            "1:30 E0303 `+` needs one element type, but its operands are f32[N] and f64[N]\n"
            "  help: convert one of them by name: `f32(...)` or `f64(...)`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = x * 2"), "1:23 E0308 the int 2 where f32 is needed\n  help: write `2.0`\n");
  EXPECT_EQ(ErrorsOf("let n = 2\nfn f(x: f32[N]) = n * x"),
            "2:19 E0308 the int 2 where f32 is needed\n  help: convert it by name: `float(n)`\n");
  EXPECT_EQ(ErrorsOf("let a = 2 * 0.5"), "1:9 E0308 the int 2 where a float is needed\n  help: write `2.0`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: i32[N]) = x + 0.5"),
            "1:23 E0302 the float 0.5 where i32 is needed\n  help: convert by name: `i32(...)`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = x @ 3.0"),
            "1:19 E0304 `@` needs matrices or vectors, not f32[N] and the float 3\n  help: the product with a scalar "
            "is `*`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = x + relu"), "1:19 E0302 `+` of f32[N] and the function `relu`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = -[x]"), "1:20 E0302 `-` of a list of 1\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = not x"),
            "1:19 E0302 `not` needs bool, but operand 1 is f32[N]\n"
            "  help: compare first, as in `x > 0.0`\n");
}

TEST(TypeErrors, OfCallsAndPatterns) {
  EXPECT_EQ(ErrorsOf("let a = 3\nfn f(x: f32) = a(x)"), "2:16 E0310 the int 3 cannot be called\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32) {\n  (a, b) = (x, x, x)\n  return a + b\n}"),
            "2:3 E0315 a pattern of 2 names for a tuple of 3\n  2:12 the value is from here\n");
  EXPECT_EQ(ErrorsOf("fn g(n: int) = n\nlet a = g(1.5)"),
            "2:11 E0302 `n` of `g` must be an int, not the float 1.5\n  1:9 declared here\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32) = x.shape"), "1:18 E0203 f32 has no member `shape`\n");
}

TEST(StaticErrors, WhatMustBeKnownWhenCompiling) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32) {\n  if x > 0.0 { return x }\n  return -x\n}"),
            "2:6 E0401 an `if` is decided when compiling, but this is bool\n"
            "  help: choose element by element with `where(condition, a, b)`\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) {\n  for i in 0..N { x = x + 1.0 }\n  return x\n}"),
            "2:12 E0401 the end of a range must be a number, but N depends on a dimension variable\n");
  EXPECT_EQ(
      ErrorsOf("fn f(x: f32[N]) = if N == 4 { x } else { -x }"),
      "1:22 E0401 whether N == 4 is not known when compiling\n  help: a dimension variable stands for any size\n");
  EXPECT_EQ(ErrorsOf("let a = [i for i in 3]"), "1:21 E0302 a loop runs over a list or a range, not over the int 3\n");
}

TEST(StaticErrors, ArithmeticWithoutAResult) {
  EXPECT_EQ(ErrorsOf("let a = 1 % 0"), "1:9 E0402 the remainder of a division by zero\n");
  EXPECT_EQ(ErrorsOf("let a = 9223372036854775807 + 1"), "1:9 E0402 9223372036854775807 + 1 does not fit in 63 bits\n");
  EXPECT_EQ(ErrorsOf("let a = 2 ** -1"), "1:9 E0402 an int to the power -1: the exponent must be a number from 0\n");
  EXPECT_EQ(ErrorsOf("let a = 10 ** 100"), "1:9 E0402 10 ** 100 does not fit in 63 bits\n");
  EXPECT_EQ(ErrorsOf("let a = [i for i in 0..2000000]"),
            "1:21 E0407 a loop over 2000000 numbers is written out when compiling; at most 1000000 are allowed\n");
}

}  // namespace
}  // namespace nnc::testing
