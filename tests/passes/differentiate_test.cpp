#include "passes/differentiate.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "passes/pipeline.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

using ir::Function;

// A function whose body may use %one, the adjoint of what a gradient is taken of.
Function WithOne(std::string_view arguments, std::string_view body, std::string_view results) {
  std::string one = "%one = constant {element = f32, shape = [], value = 1.0} : f32\n";
  return FromText(arguments, one.append(body), results);
}

std::string Gradient(std::string_view arguments, std::string_view body, std::string_view results) {
  return BodyText(ExpandGradients(WithOne(arguments, body, results)));
}

double Evaluated(const Function& f, double x) {
  return Evaluate(ExpandGradients(f), {ir::Tensor::Floats({}, {x})})[0].number(0);
}

TEST(Differentiate, ChangesNothingWithoutRequests) {
  Function f = FromText("%x: f32[3]", "%y = exp %x : f32[3]", "y = %y");
  EXPECT_EQ(BodyText(ExpandGradients(f)), BodyText(f));
}

TEST(Differentiate, NamesAdjointsAndRemembersWhereTheyAreFrom) {
  EXPECT_EQ(Gradient("%x: f32[3]",
                     "%h = exp %x : f32[3]\n"
                     "%y = reduce_sum %h {axes = [0], keepdims = false} : f32\n"
                     "%g = vjp %y, %x, %one : f32[3]",
                     "y = %y, g = %g"),
            "%one = constant {element = f32, shape = [], value = 1.0} : f32\n"
            "%h = exp %x : f32[3]\n"
            "%y = reduce_sum %h {axes = [0], keepdims = false} : f32\n"
            "%4 = reshape %one {shape = [1]} : f32[1] from(%y, vjp reduce_sum)\n"
            "%d.h = broadcast %4 {shape = [3]} : f32[3] from(%y, vjp reduce_sum)\n"
            "%d.x = mul %d.h, %h : f32[3] from(%h, vjp exp)\n"
            "return y = %y, g = %d.x\n");
}

TEST(Differentiate, AddsUpTheSharesOfAllUsers) {
  Function f =
      WithOne("%x: f32", "%a = mul %x, %x : f32\n%y = add %a, %x : f32\n%g = vjp %y, %x, %one : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 3), 7);
}

TEST(Differentiate, UndoesBroadcasting) {
  std::string text = Gradient("%x: f32[2, 3], %row: f32[3], %column: f32[2, 1], %s: f32",
                              "%a = add %x, %row : f32[2, 3]\n"
                              "%b = add %a, %column : f32[2, 3]\n"
                              "%c = add %b, %s : f32[2, 3]\n"
                              "%y = reduce_sum %c {axes = [0, 1], keepdims = false} : f32\n"
                              "%g1 = vjp %y, %row, %one : f32[3]\n"
                              "%g2 = vjp %y, %column, %one : f32[2, 1]\n"
                              "%g3 = vjp %y, %s, %one : f32",
                              "g1 = %g1, g2 = %g2, g3 = %g3");
  EXPECT_NE(text.find("%d.row = reduce_sum %d.c {axes = [0], keepdims = false} : f32[3]"), std::string::npos) << text;
  EXPECT_NE(text.find("%d.column = reduce_sum %d.c {axes = [1], keepdims = true} : f32[2, 1]"), std::string::npos)
      << text;
  EXPECT_NE(text.find("%d.s = reduce_sum %d.c {axes = [0, 1], keepdims = false} : f32"), std::string::npos) << text;
}

TEST(Differentiate, OneSweepServesAllRequestsOfAValue) {
  Function f = WithOne("%a: f32, %b: f32",
                       "%p = mul %a, %b : f32\n"
                       "%y = exp %p : f32\n"
                       "%ga = vjp %y, %a, %one : f32\n"
                       "%gb = vjp %y, %b, %one : f32",
                       "ga = %ga, gb = %gb");
  // Arguments, the adjoint, the value, y's rule once, and one product each.
  EXPECT_EQ(ExpandGradients(f).size(), 2u + 1 + 2 + 3);
}

TEST(Differentiate, ByAnIntermediateValue) {
  Function f = WithOne("%x: f32", "%h = exp %x : f32\n%y = mul %h, %h : f32\n%g = vjp %y, %h, %one : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 0), 2);
}

TEST(Differentiate, ByTheValueItself) {
  Function f = WithOne("%x: f32", "%y = exp %x : f32\n%g = vjp %y, %y, %one : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 5), 1);
}

TEST(Differentiate, OfWhatDoesNotDependIsZero) {
  Function f = WithOne(
      "%x: f32", "%k = constant {element = f32, shape = [], value = 2.0} : f32\n%g = vjp %k, %x, %one : f32", "g = %g");
  EXPECT_EQ(Evaluated(f, 5), 0);
  Function later = WithOne("%x: f32", "%y = exp %x : f32\n%z = exp %y : f32\n%g = vjp %y, %z, %one : f32", "g = %g");
  EXPECT_EQ(Evaluated(later, 5), 0);
}

TEST(Differentiate, AGradOfAGrad) {
  // x^3: 3x^2, 6x, 6
  Function f = WithOne("%x: f32",
                       "%s = mul %x, %x : f32\n"
                       "%y = mul %s, %x : f32\n"
                       "%g = vjp %y, %x, %one : f32\n"
                       "%h = vjp %g, %x, %one : f32\n"
                       "%k = vjp %h, %x, %one : f32",
                       "g = %g, h = %h, k = %k");
  auto results = Evaluate(ExpandGradients(f), {ir::Tensor::Floats({}, {2})});
  EXPECT_EQ(results[0].number(0), 12);
  EXPECT_EQ(results[1].number(0), 12);
  EXPECT_EQ(results[2].number(0), 6);
}

TEST(Differentiate, ATensorInADirection) {
  Function f = FromText("%x: f32[2], %u: f32[2]", "%y = mul %x, %x : f32[2]\n%g = vjp %y, %x, %u : f32[2]", "g = %g");
  auto at = {ir::Tensor::Floats({2}, {3, 5}), ir::Tensor::Floats({2}, {10, 100})};
  EXPECT_EQ(Evaluate(ExpandGradients(f), at)[0].floats(), (std::vector<double>{60, 1000}));
}

// J v of y = (x0 x1, x0): the adjoint of the adjoint.
TEST(Differentiate, TheAdjointOfAnAdjointIsForwardMode) {
  Function f = FromText("%x: f32[2], %v: f32[2]",
                        "%a = slice %x {axis = 0, limit = 1, start = 0} : f32[1]\n"
                        "%b = slice %x {axis = 0, limit = 2, start = 1} : f32[1]\n"
                        "%ab = mul %a, %b : f32[1]\n"
                        "%y = concat %ab, %a {axis = 0} : f32[2]\n"
                        "%u = constant {element = f32, shape = [2], value = 0.0} : f32[2]\n"
                        "%g = vjp %y, %x, %u : f32[2]\n"
                        "%j = vjp %g, %u, %v : f32[2]",
                        "j = %j");
  auto at = {ir::Tensor::Floats({2}, {3, 5}), ir::Tensor::Floats({2}, {10, 100})};
  EXPECT_EQ(Evaluate(ExpandGradients(f), at)[0].floats(), (std::vector<double>{10 * 5 + 100 * 3, 10}));
}

TEST(Differentiate, GivesIntegersAndBoolsNothing) {
  std::string text = Gradient("%x: f32[3], %n: i32[3]",
                              "%c = cast %n {element = f32} : f32[3]\n"
                              "%p = mul %x, %c : f32[3]\n"
                              "%y = reduce_sum %p {axes = [0], keepdims = false} : f32\n"
                              "%g = vjp %y, %x, %one : f32[3]",
                              "g = %g");
  EXPECT_EQ(text.find("d.c"), std::string::npos) << text;
}

TEST(Differentiate, WorksWithSymbolicDimensions) {
  std::string text = Gradient("%x: f32[N, 2], %w: f32[2, 3], %b: f32[3]",
                              "%m = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[N, 3]\n"
                              "%z = add %m, %b : f32[N, 3]\n"
                              "%y = reduce_sum %z {axes = [0, 1], keepdims = false} : f32\n"
                              "%gw = vjp %y, %w, %one : f32[2, 3]\n"
                              "%gb = vjp %y, %b, %one : f32[3]",
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
  f.AddResult("y", y);
  f.AddResult("g", b.Grad(y, x));
  Function g = ExpandGradients(f);
  const ir::Node& adjoint = g.node(g.results()[1].value);
  EXPECT_EQ(adjoint.span, (Span{1, 7, 3, 5}));
  EXPECT_EQ(adjoint.origin, (ir::Origin{y, ir::Op::kSin}));
}

}  // namespace
}  // namespace nnc::passes
