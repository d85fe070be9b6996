#include "passes/cse.h"

#include <gtest/gtest.h>

#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

std::string Merged(std::string_view arguments, std::string_view body, std::string_view results) {
  ir::Function before = FromText(arguments, body, results);
  ir::Function after = EliminateCommonSubexpressions(before);
  ExpectSameResults(before, after);
  return BodyText(after);
}

TEST(Cse, ChangesNothingThatDiffers) {
  std::string body =
      "%a = exp %x : f32[3]\n"
      "%b = exp %z : f32[3]\n"
      "%c = sub %a, %b : f32[3]\n"
      "%d = sub %b, %a : f32[3]\n"
      "%e = reduce_sum %c {axes = [0], keepdims = false} : f32\n"
      "%g = reduce_sum %c {axes = [0], keepdims = true} : f32[1]\n";
  EXPECT_EQ(Merged("%x: f32[3], %z: f32[3]", body, "d = %d, e = %e, g = %g"), body + "return d = %d, e = %e, g = %g\n");
}

TEST(Cse, MergesEqualNodesAndThoseThatBecomeEqual) {
  EXPECT_EQ(Merged("%x: f32[3]",
                   "%a = exp %x : f32[3]\n"
                   "%b = exp %x : f32[3]\n"
                   "%c = neg %a : f32[3]\n"
                   "%d = neg %b : f32[3]",
                   "c = %c, d = %d"),
            "%a = exp %x : f32[3]\n"
            "%c = neg %a : f32[3]\n"
            "return c = %c, d = %c\n");
}

TEST(Cse, OperandsOfCommutativeOpsComeInAnyOrder) {
  EXPECT_EQ(Merged("%x: f32[3], %z: f32[3]", "%a = mul %x, %z : f32[3]\n%b = mul %z, %x : f32[3]", "a = %a, b = %b"),
            "%a = mul %x, %z : f32[3]\nreturn a = %a, b = %a\n");
}

TEST(Cse, ZerosOfBothSignsStayApartAndNaNEqualsItself) {
  std::string text = Merged("",
                            "%a = constant {element = f32, shape = [], value = 0.0} : f32\n"
                            "%b = constant {element = f32, shape = [], value = -0.0} : f32\n"
                            "%c = constant {element = f32, shape = [], value = nan} : f32\n"
                            "%d = constant {element = f32, shape = [], value = nan} : f32",
                            "a = %a, b = %b, c = %c, d = %d");
  EXPECT_NE(text.find("return a = %a, b = %b, c = %c, d = %c"), std::string::npos) << text;
}

}  // namespace
}  // namespace nnc::passes
