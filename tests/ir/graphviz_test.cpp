#include "ir/graphviz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "ir/builder.h"

namespace nnc::ir {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Dot(const Function& f, const GraphvizOptions& options = {}) {
  std::ostringstream out;
  WriteGraphviz(f, out, options);
  return out.str();
}

Function Square() {
  Function f("square");
  Builder builder(f);
  Value x = builder.Argument("x", Type(Element::kF32, {2, 3}));
  Value y = builder.Apply(Op::kMul, {x, x}, {}, "y");
  f.AddResult("out", builder.Reduce(Op::kReduceSum, y, {1}));
  return f;
}

TEST(Graphviz, NamesOpsTypesAndResults) {
  std::string dot = Dot(Square());
  EXPECT_THAT(dot, HasSubstr("label=\"@square\""));
  EXPECT_THAT(dot, HasSubstr("\"%x\" [label=\"%x\\nf32[2, 3]\", style=filled"));
  EXPECT_THAT(dot, HasSubstr("\"%y\" [label=\"%y\\nmul\\nf32[2, 3]\"];"));
  EXPECT_THAT(dot, HasSubstr("\"%2\" [label=\"%2\\nreduce_sum {axes = [1], keepdims = false}\\nf32[2]\\nresult out\", "
                             "peripheries=2];"));
  EXPECT_THAT(dot, HasSubstr("\"%x\"->\"%y\" ;\n\"%x\"->\"%y\" ;\n\"%y\"->\"%2\" ;"));
  EXPECT_THAT(dot, Not(HasSubstr("subgraph")));  // no gradients, no boxes
}

TEST(Graphviz, LeavesTypesOutAndPutsPlacesInOnRequest) {
  SourceManager sources;
  Function f("f");
  Builder builder(f);
  builder.span = {sources.Add("a.nn", "x"), 3, 4, 1};
  builder.Argument("x", Element::kF32);
  EXPECT_THAT(Dot(f, {.types = false, .sources = &sources}),
              HasSubstr("[label=\"%x\", style=filled, fillcolor=\"#dbe9f6\", tooltip=\"a.nn:3:4\"]"));
}

TEST(Graphviz, PutsGradientsBesideTheirForwardValues) {
  Function f("f");
  Builder builder(f);
  Value x = builder.Argument("x", Element::kF32);
  Value y = builder.Apply(Op::kExp, {x}, {}, "y");
  builder.origin = Origin{y, Op::kExp};
  Value dx = builder.Apply(Op::kNeg, {y}, {}, "d.x");
  builder.origin.reset();
  f.AddResult("p", builder.Apply(Op::kSub, {x, dx}, {}, "p"));
  std::string dot = Dot(f);
  EXPECT_THAT(
      dot, HasSubstr("subgraph cluster_forward { label=\"forward\"; style=rounded; color=gray;\n\"%x\";\n\"%y\";\n}"));
  EXPECT_THAT(dot,
              HasSubstr("subgraph cluster_gradient { label=\"gradient\"; style=rounded; color=gray;\n\"%d.x\";\n}"));
  EXPECT_THAT(dot, HasSubstr("{rank=same; \"%y\"; \"%d.x\"}\n\"%y\" -> \"%d.x\" [style=dotted"));
  EXPECT_THAT(dot, HasSubstr("\"%y\"->\"%d.x\" [constraint=false];"));
  EXPECT_THAT(dot, HasSubstr("\"%d.x\"->\"%p\" ;"));  // the update below stands below
}

TEST(Graphviz, EscapesStrangeNames) {
  Function f("f\"g");
  Builder builder(f);
  builder.Argument("a\"b\\", Element::kF32);
  std::string dot = Dot(f);
  EXPECT_THAT(dot, HasSubstr("label=\"@f\\\"g\""));
  EXPECT_THAT(dot, HasSubstr("\"value 0\" [label=\"%a\\\"b\\\\\\nf32\""));
}

}  // namespace
}  // namespace nnc::ir
