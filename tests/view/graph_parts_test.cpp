#include "view/graph_parts.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "ir/builder.h"
#include "tests/view/graph_testing.h"
#include "view/graph_boxes.h"
#include "view/graph_labels.h"

namespace nnc::view {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::Pair;

std::vector<std::string> Paths(const GraphParts& parts) {
  std::vector<std::string> paths;
  for (const Part& part : parts.parts) paths.push_back(part.path);
  return paths;
}

std::vector<std::string> Ids(const Boxes& boxes) {
  std::vector<std::string> ids;
  for (const Box& box : boxes.boxes) ids.push_back(box.id);
  return ids;
}

int BoxAt(const Boxes& boxes, const std::string& id) {
  std::vector<std::string> ids = Ids(boxes);
  return static_cast<int>(std::find(ids.begin(), ids.end(), id) - ids.begin());
}

TEST(GraphParts, NestAsCallsDo) {
  GraphParts parts = PartsOf(Network());
  EXPECT_THAT(Paths(parts), ElementsAre("", "net", "net/fc", "cost"));
  EXPECT_EQ(parts.parts[2].parent, 1);
  EXPECT_EQ(parts.parts[1].size, 5);  // with the parameter
}

TEST(GraphParts, PutParametersWhereTheirNameAndUsersSay) {
  ir::Function f = Network();
  GraphParts parts = PartsOf(f);
  EXPECT_EQ(parts.parts[static_cast<size_t>(parts.part_of[0])].path, "net/fc");
  EXPECT_EQ(parts.part_of[1], 0);  // x, though net/fc alone reads it
}

TEST(GraphParts, NeedFourForwardValues) {
  ir::Function f("f");
  ir::Builder build(f);
  ir::Value x = build.Argument("x", ir::Element::kF32);
  build.part = "small";
  f.AddResult("y", build.Exp(build.Exp(build.Exp(x))));
  EXPECT_THAT(Paths(PartsOf(f)), ElementsAre(""));
}

TEST(GraphParts, NamesDoNotDependOnOtherParts) {
  ir::Function f("f");
  ir::Builder build(f);
  ir::Value x = build.Argument("x", ir::Element::kF32);
  for (int i = 0; i < 2; ++i) build.Exp(x);  // more values before move the numbers of those behind
  build.part = "p";
  ir::Value h = build.Apply(ir::Op::kNeg, {build.Exp(build.Abs(build.Neg(x)))}, {}, "x.7");
  f.AddResult("y", h);
  EXPECT_THAT(PartsOf(f).ids, ElementsAre("x", "exp", "exp(2)", "p/neg", "p/abs", "p/exp", "p/x"));
}

TEST(GraphBoxes, FoldAPartIntoOneBoxOnEachSide) {
  ir::Function f = Network();
  Boxes boxes = BoxesOf(f, PartsOf(f), {0});
  EXPECT_THAT(Ids(boxes), Contains("net/"));
  EXPECT_THAT(Ids(boxes), Contains("d net/"));
  EXPECT_THAT(Ids(boxes), Not(Contains("net/h")));
  EXPECT_THAT(boxes.links, ElementsAre(Pair(BoxAt(boxes, "net/"), BoxAt(boxes, "d net/")),
                                       Pair(BoxAt(boxes, "cost/"), BoxAt(boxes, "d cost/"))));
  EXPECT_THAT(boxes.saved, Contains(Pair(BoxAt(boxes, "x"), BoxAt(boxes, "d net/"))));
  EXPECT_THAT(boxes.edges, Not(Contains(Pair(BoxAt(boxes, "x"), BoxAt(boxes, "d net/")))));
}

TEST(GraphBoxes, ShowTheValuesOfAnOpenPart) {
  ir::Function f = Network();
  Boxes boxes = BoxesOf(f, PartsOf(f), {0, 1});
  EXPECT_THAT(Ids(boxes), Contains("net/h"));
  EXPECT_THAT(Ids(boxes), Contains("net/fc/"));
  EXPECT_THAT(Ids(boxes), Contains("d net/fc/z"));
}

TEST(GraphBoxes, UnfoldOutermostPartsWhileTheyFit) {
  GraphParts parts = PartsOf(Network());
  EXPECT_THAT(Unfolded(parts, 4), ElementsAre(0));
  EXPECT_THAT(Unfolded(parts, 5), ElementsAre(0, 1));
  EXPECT_THAT(Unfolded(parts, 99), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Unfolded(parts, 99, /*only_models=*/true), ElementsAre(0, 1, 2));
}

TEST(GraphLabels, SayNameOpTypeAndFlops) {
  ir::Function f = Network();
  GraphParts parts = PartsOf(f);
  EXPECT_THAT(LabelOf(f, parts, {.id = "", .values = {3}}), ElementsAre("matmul", "f32[8, 3]", "96 flop"));
  EXPECT_THAT(LabelOf(f, parts, {.id = "", .values = {5}}), ElementsAre("z", "neg", "f32[8, 3]"));
  EXPECT_THAT(LabelOf(f, parts, {.id = "", .folded = 2, .values = {0, 3, 4, 5}}),
              ElementsAre("fc", "4 values", "96 flop"));
}

TEST(GraphLabels, KeepDimensionVariables) {
  ir::Function f("f");
  ir::Builder build(f);
  ir::Value x = build.Argument("x", {ir::Element::kF32, {ir::Dim::Variable("B"), 2}});
  ir::Value w = build.Argument("w", {ir::Element::kF32, {3, 2}});
  ir::Value y = build.MatMul(x, w, false, true);
  EXPECT_EQ(FlopsText(f, {y.index}), "12*B flop");
}

}  // namespace
}  // namespace nnc::view
