#include "passes/simplify.h"

#include <gtest/gtest.h>

#include "passes/dce.h"
#include "passes/fold.h"
#include "tests/ir/op_samples.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

// The body after simplification to a fixed point and removal of what became useless. Checks that the results are the
// same to the last bit on hard inputs, or within `tolerance`.
std::string Simplified(std::string_view arguments, std::string_view body, std::string_view results,
                       double tolerance = 0) {
  ir::Function before = FromText(arguments, body, results), after = before;
  for (int round = 0; round < 8; ++round) after = EliminateDeadCode(Simplify(FoldConstants(after)));
  ExpectSameResults(before, after, tolerance);
  return BodyText(after);
}

// One op on %x and a constant.
std::string WithConstant(std::string_view op, double constant, bool constant_first = false, double tolerance = 0) {
  std::string text = std::to_string(constant), operands = constant_first ? "%k, %x" : "%x, %k";
  return Simplified("%x: f32[9]",
                    "%k = constant {element = f32, shape = [], value = " + text + "} : f32\n%y = " + std::string(op) +
                        " " + operands + " : f32[9]",
                    "y = %y", tolerance);
}

constexpr std::string_view kX = "return y = %x\n";

TEST(Simplify, ChangesNothingThatIsSimple) {
  std::string_view arguments = "%x: f32[2, 3], %w: f32[3, 4], %b: f32[4]";
  std::string body =
      "%m = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[2, 4]\n"
      "%z = add %m, %b : f32[2, 4]\n"
      "%y = reduce_sum %z {axes = [1], keepdims = false} : f32[2]\n";
  EXPECT_EQ(Simplified(arguments, body, "y = %y", 1e-12), body + "return y = %y\n");
}

TEST(Simplify, EverySampleOfEveryOpKeepsItsMeaning) {
  for (ir::Op op : ir::AllOps()) {
    if (ir::InfoOf(op).op_class == ir::OpClass::kRequest) continue;
    for (const ir::OpSample& sample : SamplesOf(op, ir::SampleValues::kSpecial)) {
      SCOPED_TRACE(sample.name);
      ExpectSameResults(sample.function, Simplify(sample.function), 1e-12);
    }
  }
}

TEST(Simplify, NeutralNumbers) {
  EXPECT_EQ(WithConstant("mul", 1), kX);
  EXPECT_EQ(WithConstant("mul", 1, true), kX);
  EXPECT_EQ(WithConstant("div", 1), kX);
  EXPECT_EQ(WithConstant("sub", 0), kX);
  EXPECT_EQ(WithConstant("add", -0.0), kX);
  EXPECT_EQ(WithConstant("add", -0.0, true), kX);
  EXPECT_EQ(WithConstant("pow", 1), kX);
}

TEST(Simplify, WhatIsNotNeutralStays) {
  EXPECT_NE(WithConstant("add", 0).find("add"), std::string::npos);  // -0 + 0 is 0
  EXPECT_NE(WithConstant("sub", -0.0).find("sub"), std::string::npos);
  EXPECT_NE(WithConstant("mul", 0).find("mul"), std::string::npos);    // inf * 0 is NaN
  EXPECT_NE(WithConstant("div", 3).find("div"), std::string::npos);    // 1/3 rounds
  EXPECT_NE(WithConstant("pow", 0.5).find("pow"), std::string::npos);  // sqrt differs at -inf
  EXPECT_NE(WithConstant("div", 1, true).find("div"), std::string::npos);
}

TEST(Simplify, NothingIsKnownOfXMinusX) {
  EXPECT_EQ(Simplified("%x: f32[9]", "%y = sub %x, %x : f32[9]", "y = %y"),
            "%y = sub %x, %x : f32[9]\nreturn y = %y\n");
}

TEST(Simplify, IntegersHaveOneZero) {
  EXPECT_EQ(
      Simplified("%x: i32[9]", "%k = constant {element = i32, shape = [], value = 0.0} : i32\n%y = add %x, %k : i32[9]",
                 "y = %y"),
      kX);
}

TEST(Simplify, MinusOneIsASign) {
  EXPECT_EQ(WithConstant("mul", -1), "%y = neg %x : f32[9]\nreturn y = %y\n");
  EXPECT_EQ(WithConstant("div", -1), "%y = neg %x : f32[9]\nreturn y = %y\n");
}

TEST(Simplify, DivisionByAPowerOfTwoIsAProduct) {
  EXPECT_NE(WithConstant("div", 32).find("value = 0.03125"), std::string::npos);
  EXPECT_NE(WithConstant("div", -0.5).find("value = -2.0"), std::string::npos);
}

TEST(Simplify, SmallPowersAreProducts) {
  EXPECT_EQ(WithConstant("pow", 2, false, 1e-15), "%y = mul %x, %x : f32[9]\nreturn y = %y\n");
  EXPECT_EQ(WithConstant("pow", 3, false, 1e-15).find("pow"), std::string::npos);
  EXPECT_EQ(WithConstant("pow", -1, false, 1e-15).find("pow"), std::string::npos);
  EXPECT_EQ(WithConstant("pow", 0).find("pow"), std::string::npos);
}

TEST(Simplify, SignsMeet) {
  EXPECT_EQ(Simplified("%x: f32[9]", "%a = neg %x : f32[9]\n%y = neg %a : f32[9]", "y = %y"), kX);
  EXPECT_EQ(Simplified("%x: f32[9], %z: f32[9]", "%a = neg %z : f32[9]\n%y = add %x, %a : f32[9]", "y = %y"),
            "%y = sub %x, %z : f32[9]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[9], %z: f32[9]", "%a = neg %z : f32[9]\n%y = sub %x, %a : f32[9]", "y = %y"),
            "%y = add %x, %z : f32[9]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[9], %z: f32[9]", "%a = neg %z : f32[9]\n%b = neg %x : f32[9]\n%y = mul %a, %b : f32[9]",
                       "y = %y"),
            "%y = mul %z, %x : f32[9]\nreturn y = %y\n");
}

TEST(Simplify, ASignIsTakenUpByAConstant) {
  std::string text = Simplified("%x: f32[9]",
                                "%k = constant {element = f32, shape = [], value = 3.0} : f32\n"
                                "%a = mul %x, %k : f32[9]\n%y = neg %a : f32[9]",
                                "y = %y");
  EXPECT_NE(text.find("value = -3.0"), std::string::npos) << text;
  EXPECT_EQ(text.find("neg"), std::string::npos) << text;
}

TEST(Simplify, IntegerDivisionKeepsItsSign) {
  EXPECT_NE(
      Simplified("%x: i32[9], %z: i32[9]", "%a = neg %x : i32[9]\n%y = div %a, %z : i32[9]", "y = %y").find("neg"),
      std::string::npos);
}

TEST(Simplify, LimitsThatDoNotLimit) {
  std::string_view infinite = "%k = constant {element = f32, shape = [], value = inf} : f32\n";
  EXPECT_EQ(Simplified("%x: f32[9]", std::string(infinite) + "%y = min %x, %k : f32[9]", "y = %y"), kX);
  EXPECT_EQ(Simplified("%x: f32[9]",
                       std::string(infinite) + "%c = gt %x, %k : bool[9]\n%y = select %c, %k, %x : f32[9]", "y = %y"),
            kX);
  EXPECT_NE(Simplified("%x: f32[9]", std::string(infinite) + "%y = max %x, %k : f32[9]", "y = %y").find("max"),
            std::string::npos);
}

TEST(Simplify, Selections) {
  EXPECT_EQ(Simplified("%c: bool[9], %x: f32[9]", "%y = select %c, %x, %x : f32[9]", "y = %y"), kX);
  EXPECT_EQ(Simplified("%c: bool[9], %x: f32[9], %z: f32[9]", "%n = not %c : bool[9]\n%y = select %n, %x, %z : f32[9]",
                       "y = %y"),
            "%y = select %c, %z, %x : f32[9]\nreturn y = %y\n");
}

TEST(Simplify, ASelectionOfConstantsTakesUpArithmetic) {
  EXPECT_EQ(Simplified("%c: bool[9]",
                       "%a = constant {element = f32, shape = [], value = 3.0} : f32\n"
                       "%b = constant {element = f32, shape = [], value = 0.0} : f32\n"
                       "%s = select %c, %a, %b : f32[9]\n"
                       "%y = neg %s : f32[9]",
                       "y = %y"),
            "%3 = constant {element = f32, shape = [], value = -3.0} : f32\n"
            "%4 = constant {element = f32, shape = [], value = -0.0} : f32\n"
            "%y = select %c, %3, %4 : f32[9]\nreturn y = %y\n");
}

TEST(Simplify, ConversionsThatLoseNothingFallTogether) {
  EXPECT_EQ(Simplified("%x: bool[9]", "%a = cast %x {element = i32} : i32[9]\n%y = cast %a {element = f32} : f32[9]",
                       "y = %y"),
            "%y = cast %x {element = f32} : f32[9]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[9]", "%a = cast %x {element = f64} : f64[9]\n%y = cast %a {element = f32} : f32[9]",
                       "y = %y"),
            kX);
  EXPECT_NE(Simplified("%x: i32[9]", "%a = cast %x {element = f32} : f32[9]\n%y = cast %a {element = f64} : f64[9]",
                       "y = %y"),
            "%y = cast %x {element = f64} : f64[9]\nreturn y = %y\n");
  EXPECT_NE(Simplified("%x: f32[9]", "%a = cast %x {element = i32} : i32[9]\n%y = cast %a {element = f32} : f32[9]",
                       "y = %y"),
            kX);
}

TEST(Simplify, MovementsThatUndoEachOther) {
  EXPECT_EQ(
      Simplified("%x: f32[2, 3]",
                 "%a = reshape %x {shape = [6]} : f32[6]\n%y = reshape %a {shape = [2, 3]} : f32[2, 3]", "y = %y"),
      kX);
  EXPECT_EQ(Simplified("%x: f32[2, 3]",
                       "%a = transpose %x {axes = [1, 0]} : f32[3, 2]\n%y = transpose %a {axes = [1, 0]} : f32[2, 3]",
                       "y = %y"),
            kX);
  EXPECT_EQ(
      Simplified("%x: f32[5]", "%a = reverse %x {axis = 0} : f32[5]\n%y = reverse %a {axis = 0} : f32[5]", "y = %y"),
      kX);
  EXPECT_EQ(Simplified("%x: f32[5]",
                       "%a = pad %x {axis = 0, high = 2, low = 1} : f32[8]\n"
                       "%y = slice %a {axis = 0, limit = 6, start = 1} : f32[5]",
                       "y = %y"),
            kX);
  EXPECT_EQ(Simplified("%z: f32[4], %x: f32[5]",
                       "%a = concat %z, %x {axis = 0} : f32[9]\n"
                       "%y = slice %a {axis = 0, limit = 9, start = 4} : f32[5]",
                       "y = %y"),
            kX);
  EXPECT_EQ(Simplified("%z: f32[0], %x: f32[5]", "%y = concat %z, %x, %z {axis = 0} : f32[5]", "y = %y"), kX);
}

TEST(Simplify, OpsBetweenReshapesWorkInTheFinestShape) {
  EXPECT_EQ(Simplified("%x: f32[6, 4], %z: f32[2, 3, 4]",
                       "%a = reshape %x {shape = [24]} : f32[24]\n"
                       "%b = reshape %z {shape = [24]} : f32[24]\n"
                       "%y = add %a, %b : f32[24]",
                       "y = %y"),
            "%4 = reshape %x {shape = [2, 3, 4]} : f32[2, 3, 4]\n"
            "%5 = add %4, %z : f32[2, 3, 4]\n"
            "%y = reshape %5 {shape = [24]} : f32[24]\n"
            "return y = %y\n");
  // Where neither has the axes of the other, nothing is won.
  const std::string apart =
      "%a = reshape %x {shape = [24]} : f32[24]\n"
      "%b = reshape %z {shape = [24]} : f32[24]\n"
      "%y = add %a, %b : f32[24]\n";
  EXPECT_EQ(Simplified("%x: f32[6, 4], %z: f32[4, 6]", apart, "y = %y"), apart + "return y = %y\n");
}

TEST(Simplify, MovementsThatGoTogether) {
  EXPECT_EQ(Simplified("%x: f32[5]",
                       "%a = pad %x {axis = 0, high = 2, low = 3} : f32[10]\n"
                       "%y = slice %a {axis = 0, limit = 8, start = 1} : f32[7]",
                       "y = %y"),
            "%y = pad %x {axis = 0, high = 0, low = 2} : f32[7]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[2, 3, 4]",
                       "%a = transpose %x {axes = [1, 2, 0]} : f32[3, 4, 2]\n"
                       "%y = transpose %a {axes = [1, 0, 2]} : f32[4, 3, 2]",
                       "y = %y"),
            "%y = transpose %x {axes = [2, 1, 0]} : f32[4, 3, 2]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[9]",
                       "%a = slice %x {axis = 0, limit = 8, start = 2} : f32[6]\n"
                       "%y = slice %a {axis = 0, limit = 4, start = 1} : f32[3]",
                       "y = %y"),
            "%y = slice %x {axis = 0, limit = 6, start = 3} : f32[3]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[1, 5]", "%y = transpose %x {axes = [1, 0]} : f32[5, 1]", "y = %y"),
            "%y = reshape %x {shape = [5, 1]} : f32[5, 1]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("", "%a = iota {axis = 0, shape = [3]} : i32[3]\n%y = broadcast %a {shape = [2, 3]} : i32[2, 3]",
                       "y = %y"),
            "%y = iota {axis = 1, shape = [2, 3]} : i32[2, 3]\nreturn y = %y\n");
}

TEST(Simplify, ElementwiseOpsBroadcastByThemselves) {
  EXPECT_EQ(Simplified("%x: f32[2, 3], %b: f32[3]",
                       "%a = broadcast %b {shape = [2, 3]} : f32[2, 3]\n%y = add %x, %a : f32[2, 3]", "y = %y"),
            "%y = add %x, %b : f32[2, 3]\nreturn y = %y\n");
}

TEST(Simplify, ElementwiseOpsComeBeforeABroadcast) {
  EXPECT_EQ(
      Simplified("%x: f32[3]", "%a = broadcast %x {shape = [2, 3]} : f32[2, 3]\n%y = neg %a : f32[2, 3]", "y = %y"),
      "%2 = neg %x : f32[3]\n%y = broadcast %2 {shape = [2, 3]} : f32[2, 3]\nreturn y = %y\n");
}

TEST(Simplify, ABroadcastThatStrictRulesNeedStays) {
  std::string body = "%a = broadcast %r {shape = [2, 3]} : f32[2, 3]\n%y = add %a, %c : f32[2, 3]\n";
  EXPECT_EQ(Simplified("%r: f32[3], %c: f32[2, 1]", body, "y = %y"), body + "return y = %y\n");
}

TEST(Simplify, ReductionsGoTogether) {
  EXPECT_EQ(Simplified("%x: f32[2, 3, 4]",
                       "%a = reduce_max %x {axes = [1], keepdims = false} : f32[2, 4]\n"
                       "%y = reduce_max %a {axes = [1], keepdims = false} : f32[2]",
                       "y = %y"),
            "%y = reduce_max %x {axes = [1, 2], keepdims = false} : f32[2]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[2, 3, 4]",
                       "%a = reduce_max %x {axes = [1], keepdims = true} : f32[2, 1, 4]\n"
                       "%y = reduce_max %a {axes = [0, 2], keepdims = false} : f32[1]",
                       "y = %y")
                    .find("axes = [0, 1, 2]") == std::string::npos,
            false);
  EXPECT_EQ(Simplified("%x: f32[2, 1]", "%y = reduce_sum %x {axes = [1], keepdims = false} : f32[2]", "y = %y", 1e-300),
            "%y = reshape %x {shape = [2]} : f32[2]\nreturn y = %y\n");
}

TEST(Simplify, AReductionThatOthersReadStays) {
  std::string body =
      "%a = reduce_max %x {axes = [1], keepdims = false} : f32[2]\n"
      "%y = reduce_max %a {axes = [0], keepdims = false} : f32\n";
  EXPECT_EQ(Simplified("%x: f32[2, 3]", body, "a = %a, y = %y"), body + "return a = %a, y = %y\n");
}

TEST(Simplify, ASumOfEqualNumbersIsAProduct) {
  std::string text = Simplified("%x: f32[3]",
                                "%a = broadcast %x {shape = [4, 3]} : f32[4, 3]\n"
                                "%y = reduce_sum %a {axes = [0], keepdims = true} : f32[1, 3]",
                                "y = %y", 1e-12);
  EXPECT_EQ(text.find("reduce_sum"), std::string::npos) << text;
  EXPECT_NE(text.find("value = 4.0"), std::string::npos) << text;
}

TEST(Simplify, TransposesAndReshapesSinkUntilTheyMeetTheirInverse) {
  EXPECT_EQ(Simplified("%x: f32[2, 3, 4]",
                       "%k = constant {element = f32, shape = [], value = 0.0} : f32\n"
                       "%a = transpose %x {axes = [0, 2, 1]} : f32[2, 4, 3]\n%m = max %a, %k : f32[2, 4, 3]\n"
                       "%y = transpose %m {axes = [0, 2, 1]} : f32[2, 3, 4]",
                       "y = %y"),
            "%3 = constant {element = f32, shape = [], value = 0.0} : f32\n%y = max %x, %3 : f32[2, 3, 4]\n"
            "return y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[6], %z: f32[6], %c: f32[2, 3]",
                       "%a = reshape %x {shape = [2, 3]} : f32[2, 3]\n%b = reshape %z {shape = [2, 3]} : f32[2, 3]\n"
                       "%m = mul %a, %b : f32[2, 3]\n%y = add %m, %c : f32[2, 3]",
                       "y = %y"),
            "%5 = mul %x, %z : f32[6]\n%m = reshape %5 {shape = [2, 3]} : f32[2, 3]\n%y = add %m, %c : f32[2, 3]\n"
            "return y = %y\n");
}

TEST(Simplify, WindowsOfOnePlaceAreTheAxisItself) {
  EXPECT_EQ(Simplified("%x: f32[5, 1]", "%y = shear %x {axis = 0, dilation = 2, stride = 1} : f32[5, 1]", "y = %y"),
            kX);
  EXPECT_EQ(Simplified("%x: f32[5, 1]", "%y = unshear %x {axis = 0, dilation = 1, length = 5, stride = 1} : f32[5, 1]",
                       "y = %y"),
            kX);
}

TEST(Simplify, TransposesBecomeFlagsOfAProduct) {
  EXPECT_EQ(Simplified("%x: f32[2, 3], %w: f32[4, 3]",
                       "%t = transpose %w {axes = [1, 0]} : f32[3, 4]\n"
                       "%y = matmul %x, %t {transpose_a = false, transpose_b = false} : f32[2, 4]",
                       "y = %y"),
            "%y = matmul %x, %w {transpose_a = false, transpose_b = true} : f32[2, 4]\nreturn y = %y\n");
  EXPECT_EQ(Simplified("%x: f32[2, 3], %g: f32[2, 4]",
                       "%m = matmul %x, %g {transpose_a = true, transpose_b = false} : f32[3, 4]\n"
                       "%y = transpose %m {axes = [1, 0]} : f32[4, 3]",
                       "y = %y"),
            "%y = matmul %g, %x {transpose_a = true, transpose_b = false} : f32[4, 3]\nreturn y = %y\n");
}

}  // namespace
}  // namespace nnc::passes
