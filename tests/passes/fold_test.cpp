#include "passes/fold.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "passes/dce.h"
#include "tests/ir/op_samples.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

using ir::Element;

// The body after folding and removal of what became useless.
std::string Folded(std::string_view arguments, std::string_view body, std::string_view results) {
  ir::Function before = FromText(arguments, body, results);
  ir::Function after = EliminateDeadCode(FoldConstants(before));
  ExpectSameResults(before, after, 1e-6);
  return BodyText(after);
}

TEST(Fold, ChangesNothingWithoutConstants) {
  std::string body = "%y = exp %x : f32[3]\n";
  EXPECT_EQ(Folded("%x: f32[3]", body, "y = %y"), body + "return y = %y\n");
}

TEST(Fold, EverySampleOfEveryOpKeepsItsMeaning) {
  for (ir::Op op : ir::AllOps()) {
    if (ir::InfoOf(op).op_class == ir::OpClass::kRequest) continue;
    for (const ir::OpSample& sample : SamplesOf(op)) {
      SCOPED_TRACE(sample.name);
      ExpectSameResults(sample.function, FoldConstants(sample.function), 1e-6);
    }
  }
}

TEST(Fold, ArithmeticOfConstants) {
  EXPECT_EQ(Folded("",
                   "%a = constant {element = f32, shape = [3], value = 1.5} : f32[3]\n"
                   "%b = constant {element = f32, shape = [], value = 2.0} : f32\n"
                   "%c = mul %a, %b : f32[3]\n"
                   "%y = neg %c : f32[3]",
                   "y = %y"),
            "%y = constant {element = f32, shape = [3], value = -3.0} : f32[3]\nreturn y = %y\n");
}

TEST(Fold, RoundsToTheElementType) {
  ir::Function f("f");
  ir::Builder b(f);
  f.AddResult("f32", b.Div(b.Constant(1, Element::kF32), b.Constant(3, Element::kF32)));
  f.AddResult("f64", b.Div(b.Constant(1, Element::kF64), b.Constant(3, Element::kF64)));
  f.AddResult("bf16", b.Div(b.Constant(1, Element::kBF16), b.Constant(3, Element::kBF16)));
  ir::Function g = FoldConstants(f);
  auto value = [&](size_t i) { return g.node(g.results()[i].value).attribute<double>(ir::AttributeKey::kValue); };
  EXPECT_EQ(value(0), 1.0f / 3.0f);
  EXPECT_EQ(value(1), 1.0 / 3.0);
  EXPECT_EQ(value(2), 0.333984375);
}

TEST(Fold, KnownSizesAndRangesOfOne) {
  EXPECT_EQ(Folded("", "%n = size {dim = 32} : i64\n%y = cast %n {element = f32} : f32", "y = %y"),
            "%y = constant {element = f32, shape = [], value = 32.0} : f32\nreturn y = %y\n");
  EXPECT_EQ(Folded("", "%y = iota {axis = 1, shape = [3, 1]} : i32[3, 1]", "y = %y"),
            "%y = constant {element = i32, shape = [3, 1], value = 0.0} : i32[3, 1]\nreturn y = %y\n");
}

TEST(Fold, MovementsAndReductions) {
  std::string constant = "%a = constant {element = f32, shape = [4], value = 1.5} : f32[4]\n";
  EXPECT_EQ(Folded("", constant + "%y = reshape %a {shape = [2, 2]} : f32[2, 2]", "y = %y"),
            "%y = constant {element = f32, shape = [2, 2], value = 1.5} : f32[2, 2]\nreturn y = %y\n");
  EXPECT_EQ(Folded("", constant + "%y = reduce_sum %a {axes = [0], keepdims = false} : f32", "y = %y"),
            "%y = constant {element = f32, shape = [], value = 6.0} : f32\nreturn y = %y\n");
  EXPECT_EQ(Folded("", constant + "%y = reduce_max %a {axes = [0], keepdims = false} : f32", "y = %y"),
            "%y = constant {element = f32, shape = [], value = 1.5} : f32\nreturn y = %y\n");
  EXPECT_NE(Folded("", constant + "%y = pad %a {axis = 0, high = 0, low = 1} : f32[5]", "y = %y").find("pad"),
            std::string::npos);
}

TEST(Fold, LeavesKeysThatADoubleCannotHold) {
  std::string body = "%a = constant {element = i64, shape = [], value = 1.0} : i64\n%y = fold_in %a, %a : i64\n";
  EXPECT_EQ(Folded("", body, "y = %y"), body + "return y = %y\n");
}

}  // namespace
}  // namespace nnc::passes
