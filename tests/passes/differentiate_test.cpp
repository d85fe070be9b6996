#include "passes/differentiate.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "passes/dce.h"
#include "passes/pipeline.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

using ir::Function;

std::string Gradient(std::string_view arguments, std::string_view body, std::string_view results) {
  return BodyText(EliminateDeadCode(ExpandGradients(FromText(arguments, body, results))));
}

double Evaluated(const Function& f, double x) {
  return Evaluate(ExpandGradients(f), {ir::Tensor::Floats({}, {x})})[0].number(0);
}

TEST(Differentiate, ChangesNothingWithoutGrad) {
  Function f = FromText("%x: f32[3]", "%y = exp %x : f32[3]", "y = %y");
  EXPECT_EQ(BodyText(ExpandGradients(f)), BodyText(f));
}

TEST(Differentiate, NamesAdjointsAndRemembersWhereTheyAreFrom) {
  EXPECT_EQ(Gradient("%x: f32[3]",
                     "%h = exp %x : f32[3]\n"
                     "%y = reduce_sum %h {axes = [0], keepdims = false} : f32\n"
                     "%g = grad %y, %x : f32[3]",
                     "y = %y, g = %g"),
            "%h = exp %x : f32[3]\n"
            "%y = reduce_sum %h {axes = [0], keepdims = false} : f32\n"
            "%d.y = constant {element = f32, shape = [], value = 1.0} : f32\n"
            "%4 = reshape %d.y {shape = [1]} : f32[1] from(%y, vjp reduce_sum)\n"
            "%d.h = broadcast %4 {shape = [3]} : f32[3] from(%y, vjp reduce_sum)\n"
            "%d.x = mul %d.h, %h : f32[3] from(%h, vjp exp)\n"
            "return y = %y, g = %d.x\n");
}

TEST(Differentiate, AddsUpTheSharesOfAllUsers) {
  Function f = FromText("%x: f32", "%a = mul %x, %x : f32\n%y = add %a, %x : f32\n%g = grad %y, %x : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 3), 7);
}

TEST(Differentiate, UndoesBroadcasting) {
  std::string text = Gradient("%x: f32[2, 3], %row: f32[3], %column: f32[2, 1], %s: f32",
                              "%a = add %x, %row : f32[2, 3]\n"
                              "%b = add %a, %column : f32[2, 3]\n"
                              "%c = add %b, %s : f32[2, 3]\n"
                              "%y = reduce_sum %c {axes = [0, 1], keepdims = false} : f32\n"
                              "%g1 = grad %y, %row : f32[3]\n"
                              "%g2 = grad %y, %column : f32[2, 1]\n"
                              "%g3 = grad %y, %s : f32",
                              "g1 = %g1, g2 = %g2, g3 = %g3");
  EXPECT_NE(text.find("%d.row = reduce_sum %d.c {axes = [0], keepdims = false} : f32[3]"), std::string::npos) << text;
  EXPECT_NE(text.find("%d.column = reduce_sum %d.c {axes = [1], keepdims = true} : f32[2, 1]"), std::string::npos)
      << text;
  EXPECT_NE(text.find("%d.s = reduce_sum %d.c {axes = [0, 1], keepdims = false} : f32"), std::string::npos) << text;
}

TEST(Differentiate, OneSweepServesAllGradsOfAValue) {
  Function f = FromText("%a: f32, %b: f32",
                        "%p = mul %a, %b : f32\n"
                        "%y = exp %p : f32\n"
                        "%ga = grad %y, %a : f32\n"
                        "%gb = grad %y, %b : f32",
                        "ga = %ga, gb = %gb");
  // The seed, y's rule once, and one product each.
  EXPECT_EQ(ExpandGradients(f).size(), 2u + 2 + 4);
}

TEST(Differentiate, ByAnIntermediateValue) {
  Function f = FromText("%x: f32", "%h = exp %x : f32\n%y = mul %h, %h : f32\n%g = grad %y, %h : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 0), 2);
}

TEST(Differentiate, ByTheValueItself) {
  Function f = FromText("%x: f32", "%y = exp %x : f32\n%g = grad %y, %y : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 5), 1);
}

TEST(Differentiate, OfWhatDoesNotDependIsZero) {
  Function f = FromText(
      "%x: f32", "%k = constant {element = f32, shape = [], value = 2.0} : f32\n%g = grad %k, %x : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 5), 0);
  Function later = FromText("%x: f32", "%y = exp %x : f32\n%z = exp %y : f32\n%g = grad %y, %z : f32", "g = %g");
  EXPECT_EQ(Evaluated(later, 5), 0);
}

TEST(Differentiate, AGradOfAGrad) {
  // x^3: 3x^2, 6x, 6
  Function f = FromText("%x: f32",
                        "%s = mul %x, %x : f32\n"
                        "%y = mul %s, %x : f32\n"
                        "%g = grad %y, %x : f32\n"
                        "%h = grad %g, %x : f32\n"
                        "%k = grad %h, %x : f32",
                        "g = %g, h = %h, k = %k");
  auto results = Evaluate(ExpandGradients(f), {ir::Tensor::Floats({}, {2})});
  EXPECT_EQ(results[0].number(0), 12);
  EXPECT_EQ(results[1].number(0), 12);
  EXPECT_EQ(results[2].number(0), 6);
}

TEST(Differentiate, GivesIntegersAndBoolsNothing) {
  std::string text = Gradient("%x: f32[3], %n: i32[3]",
                              "%c = cast %n {element = f32} : f32[3]\n"
                              "%p = mul %x, %c : f32[3]\n"
                              "%y = reduce_sum %p {axes = [0], keepdims = false} : f32\n"
                              "%g = grad %y, %x : f32[3]",
                              "g = %g");
  EXPECT_EQ(text.find("d.c"), std::string::npos) << text;
}

TEST(Differentiate, WorksWithSymbolicDimensions) {
  std::string text = Gradient("%x: f32[N, 2], %w: f32[2, 3], %b: f32[3]",
                              "%m = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[N, 3]\n"
                              "%z = add %m, %b : f32[N, 3]\n"
                              "%y = reduce_sum %z {axes = [0, 1], keepdims = false} : f32\n"
                              "%gw = grad %y, %w : f32[2, 3]\n"
                              "%gb = grad %y, %b : f32[3]",
                              "gw = %gw, gb = %gb");
  EXPECT_NE(text.find("%d.w = matmul %x, %d.z {transpose_a = true, transpose_b = false} : f32[2, 3]"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("%d.b = reduce_sum %d.z {axes = [0], keepdims = false} : f32[3]"), std::string::npos) << text;
}

TEST(Differentiate, KeepsTheForwardNodesPlace) {
  Function f("f");
  ir::Builder b(f);
  ir::Value x = b.Argument("x", ir::Type(ir::Element::kF32));
  b.span = {1, 7, 3, 5};
  ir::Value y = b.Sin(x);
  b.span = {1, 9, 1, 1};
  f.AddResult("g", b.Grad(y, x));
  Function g = ExpandGradients(f);
  const ir::Node& adjoint = g.node(g.results()[0].value);
  EXPECT_EQ(adjoint.span, (Span{1, 7, 3, 5}));
  EXPECT_EQ(adjoint.origin, (ir::Origin{y, ir::Op::kSin}));
}

}  // namespace
}  // namespace nnc::passes
