#include "passes/predictions.h"

#include <gtest/gtest.h>

#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

const char* const kArguments = "%w: f32[2,3], %x: f32[4,2], %label: i32[4], %y: f32[4]";
const PredictionQuery kLabel{"label", {"x", "y"}}, kNumber{"y", {"x", "label"}};

TEST(ClassPrediction, IsWhatAnAccuracyCompares) {
  ir::Function f = FromText(kArguments,
                            "%z = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[4,3]\n"
                            "%a = argmax %z {axis = 1, keepdims = false} : i32[4]\n%e = eq %label, %a : bool[4]\n"
                            "%c = cast %e {element = f32} : f32[4]",
                            "right = %c");
  const auto found = ClassPrediction(f, kLabel);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->argument_count(), 2u);
  EXPECT_EQ(BodyText(*found),
            "%z = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[4, 3]\n"
            "%a = argmax %z {axis = 1, keepdims = false} : i32[4]\nreturn class = %a\n");
}

TEST(ClassPrediction, IsElseTheLargestOfThoseThatALossPicksFrom) {
  ir::Function f = FromText(kArguments,
                            "%z = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[4,3]\n"
                            "%i = iota {axis = 0, shape = [3]} : i32[3]\n%p = broadcast %i {shape = [4,3]} : i32[4,3]\n"
                            "%r = reshape %label {shape = [4,1]} : i32[4,1]\n%e = eq %p, %r : bool[4,3]\n"
                            "%zero = constant {element = f32, shape = [], value = 0} : f32\n"
                            "%s = select %e, %z, %zero : f32[4,3]",
                            "picked = %s");
  const auto found = ClassPrediction(f, kLabel);
  ASSERT_TRUE(found);
  EXPECT_TRUE(BodyText(*found).starts_with("%z = matmul")) << BodyText(*found);
  EXPECT_NE(BodyText(*found).find("= argmax %z {axis = 1, keepdims = false} : i32[4]"), std::string::npos);
}

TEST(ClassPrediction, IsNothingThatTheInputsHaveNoPartIn) {
  ir::Function f =
      FromText(kArguments, "%i = iota {axis = 0, shape = [4]} : i32[4]\n%e = eq %label, %i : bool[4]", "even = %e");
  EXPECT_FALSE(ClassPrediction(f, kLabel));
}

TEST(ValuePredictions, AreAllThatTheTargetIsSubtractedFrom) {
  ir::Function f = FromText("%x: f32[4], %y: f32[4]",
                            "%a = exp %x : f32[4]\n%b = sin %x : f32[4]\n%d = sub %a, %y : f32[4]\n"
                            "%e = sub %y, %b : f32[4]\n%again = sub %a, %y : f32[4]\n%t = sub %y, %y : f32[4]",
                            "d = %d, e = %e, f = %again, g = %t");
  const auto found = ValuePredictions(f, kNumber);
  ASSERT_TRUE(found);
  EXPECT_EQ(BodyText(*found), "%a = exp %x : f32[4]\n%b = sin %x : f32[4]\nreturn value0 = %a, value1 = %b\n");
}

}  // namespace
}  // namespace nnc::passes
