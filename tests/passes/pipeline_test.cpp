#include "passes/pipeline.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

// Cross-entropy written as the standard library writes it, of three classes, with its gradient.
ir::Function CrossEntropy() {
  return FromText("%x: f32[32, 3], %label: i32[32]",
                  "%max = reduce_max %x {axes = [1], keepdims = true} : f32[32, 1]\n"
                  "%cut = stop_gradient %max : f32[32, 1]\n"
                  "%z = sub %x, %cut : f32[32, 3]\n"
                  "%e = exp %z : f32[32, 3]\n"
                  "%s = reduce_sum %e {axes = [1], keepdims = true} : f32[32, 1]\n"
                  "%l = log %s : f32[32, 1]\n"
                  "%lp = sub %z, %l : f32[32, 3]\n"
                  "%i = iota {axis = 0, shape = [3]} : i32[3]\n"
                  "%ib = broadcast %i {shape = [32, 3]} : i32[32, 3]\n"
                  "%lab = reshape %label {shape = [32, 1]} : i32[32, 1]\n"
                  "%is = eq %ib, %lab : bool[32, 3]\n"
                  "%zero = constant {element = f32, shape = [], value = 0.0} : f32\n"
                  "%picked = select %is, %lp, %zero : f32[32, 3]\n"
                  "%row = reduce_sum %picked {axes = [1], keepdims = false} : f32[32]\n"
                  "%sum = reduce_sum %row {axes = [0], keepdims = false} : f32\n"
                  "%n = size {dim = 32} : i64\n"
                  "%nf = cast %n {element = f32} : f32\n"
                  "%mean = div %sum, %nf : f32\n"
                  "%loss = neg %mean : f32\n"
                  "%one = constant {element = f32, shape = [], value = 1.0} : f32\n"
                  "%g = vjp %loss, %x, %one : f32[32, 3]",
                  "loss = %loss, g = %g");
}

TEST(Optimize, ChangesNothingThatIsBest) {
  ir::Function f = FromText("%x: f32[3]", "%y = exp %x : f32[3]", "y = %y");
  EXPECT_EQ(BodyText(Optimize(f)), BodyText(f));
}

TEST(Optimize, KeepsTheMeaning) {
  ir::Function f = CrossEntropy();
  ExpectSameResults(ExpandGradients(f), Optimize(f), 1e-12);
}

TEST(Optimize, KeepsArgumentsAndResults) {
  ir::Function f = CrossEntropy(), g = Optimize(f);
  ASSERT_EQ(g.argument_count(), f.argument_count());
  ASSERT_EQ(g.results().size(), f.results().size());
  for (size_t i = 0; i < f.results().size(); ++i) {
    EXPECT_EQ(g.results()[i].name, f.results()[i].name);
    EXPECT_EQ(g.type(g.results()[i].value), f.type(f.results()[i].value));
  }
}

TEST(Optimize, IsAtAFixedPoint) {
  ir::Function once = Optimize(CrossEntropy());
  EXPECT_EQ(BodyText(Optimize(once)), BodyText(once));
}

// The gradient comes down to (row sum / s) * e + select(is, -1/32, 0): nothing is divided, broadcast or negated
// elementwise.
TEST(Optimize, MakesCrossEntropyTight) {
  std::string text = BodyText(Optimize(CrossEntropy()));
  EXPECT_EQ(text.find("broadcast"), std::string::npos) << text;
  EXPECT_EQ(text.find("stop_gradient"), std::string::npos) << text;
  EXPECT_EQ(text.find("neg"), std::string::npos) << text;
  EXPECT_EQ(text.find("div %e"), std::string::npos) << text;
  EXPECT_NE(text.find("value = -0.03125"), std::string::npos) << text;
}

TEST(Optimize, TellsTheObserverEachPass) {
  std::set<std::string> seen;
  Optimize(CrossEntropy(), [&](std::string_view pass, const ir::Function&) { seen.emplace(pass); });
  EXPECT_EQ(seen, (std::set<std::string>{"cse", "dce", "differentiate", "fold", "loops", "simplify"}));
}

}  // namespace
}  // namespace nnc::passes
