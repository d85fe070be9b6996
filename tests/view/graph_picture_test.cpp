#include "view/graph_picture.h"

#include <gmock/gmock.h>

#include "ir/builder.h"
#include "tests/view/graph_testing.h"
#include "view/course_dot.h"
#include "view/graph_dot.h"
#include "view/graph_page.h"

namespace nnc::view {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string DotOf(const ir::Function& f, const std::set<int>& open, GraphStyle style = GraphStyle::kPlain) {
  return PictureDot(f, PartsOf(f), open, style);
}

TEST(DotQuoted, EscapesAndBreaksLines) { EXPECT_EQ(DotQuoted("a\"b\\\nc"), R"("a\"b\\\nc")"); }

TEST(Dot, MirrorsGradientsBesideTheirForwardValues) {
  std::string dot = DotOf(Network(), {0, 1, 2, 3});
  EXPECT_THAT(dot, HasSubstr(R"("net/h" [id="net/h", class="forward", label="h\ntanh\nf32[8, 3]")"));
  EXPECT_THAT(dot, HasSubstr(R"(subgraph "cluster_net/fc" {)"));
  EXPECT_THAT(dot, HasSubstr(R"(subgraph "cluster_d net/fc" {)"));
  EXPECT_THAT(dot, HasSubstr(R"("net/h" -> "d net/fc/z" [class=link)"));
}

TEST(Dot, DrawsAFoldedPartAsOneBox) {
  std::string dot = DotOf(Network(), {0});
  EXPECT_THAT(dot, HasSubstr(R"("net/" [id="net/", class="forward folded", label="net\n5 values\n96 flop")"));
  EXPECT_THAT(dot, Not(HasSubstr("tanh")));
}

TEST(Dot, EscapesStrangeNames) {
  ir::Function f("f\"g");
  ir::Builder(f).Argument("a\"b\\", ir::Element::kF32);
  EXPECT_THAT(DotOf(f, {0}), HasSubstr(R"("a\"b\\" [id="a\"b\\")"));
  EXPECT_THAT(PictureSvg(f, PartsOf(f), {0}, GraphStyle::kPlain), HasSubstr("a&quot;b\\"));
}

TEST(Picture, ShowsWhatTheGradientReads) {
  ir::Function f = Network();
  EXPECT_THAT(DotOf(f, {0}), HasSubstr(R"("x" -> "d net/" [class=saved)"));
  EXPECT_THAT(PictureSvg(f, PartsOf(f), {0}, GraphStyle::kPlain), HasSubstr("<title>x&#45;&gt;d net/</title>"));
}

TEST(Picture, IsTheSameEachTime) {
  ir::Function f = Network();
  for (GraphStyle style : {GraphStyle::kPlain, GraphStyle::kCourse}) {
    std::string first = PictureSvg(f, PartsOf(f), {0, 1, 2, 3}, style);
    std::vector<std::string> elsewhere(1000, std::string(50, 'x'));  // what is made next is not where the first was
    for (size_t i = 0; i < elsewhere.size(); i += 2) elsewhere[i] = {};
    EXPECT_EQ(PictureSvg(f, PartsOf(f), {0, 1, 2, 3}, style), first);
  }
}

TEST(Course, HasAShapeForEachKind) {
  std::string dot = DotOf(Network(), {0, 1}, GraphStyle::kCourse);
  EXPECT_THAT(dot, HasSubstr(R"("x" [id="x", class="course observed", label="x", shape=circle, fillcolor=)"));
  EXPECT_THAT(dot, HasSubstr(R"(class="course parameter", label="θ fc", shape=circle, color=black)"));
  EXPECT_THAT(dot, HasSubstr(R"("net/h" [id="net/h", class="course computed", label="h", shape=circle)"));
  EXPECT_THAT(dot, HasSubstr(R"("f net/h" [id="f net/h", class="course function", label="tanh", shape=house)"));
  EXPECT_THAT(dot, HasSubstr(R"("cost/" [id="cost/", class="course cost folded", label="cost", shape=square)"));
}

TEST(Course, LeadsFromOneDownToTheGradientOfEachParameter) {
  std::string dot = DotOf(Network(), {0, 1}, GraphStyle::kCourse);
  EXPECT_THAT(dot, HasSubstr(R"("d C" [id="d C", class="course one", label="1")"));
  EXPECT_THAT(dot, HasSubstr(R"("product d C/d net/h" -> "d C" [class=back, dir=back)"));
  EXPECT_THAT(dot, HasSubstr(R"("product d C/d net/h" -> "d C/d net/h" [class=back, dir=back)"));
  EXPECT_THAT(dot, HasSubstr(R"("d net/h" -> "product d C/d net/h" [class=back, dir=back)"));
  EXPECT_THAT(dot, HasSubstr(R"(label="∂C/∂θ fc")"));
  EXPECT_THAT(dot, Not(HasSubstr("∂C/∂x")));  // nothing trains it
}

TEST(Course, AddsWhatReachesAVariableBySeveralWays) {
  ir::Function f("f");
  ir::Builder build(f);
  ir::Value w = build.Argument("w", ir::Element::kF32);
  f.AddResult("loss", build.Add(build.Exp(w), build.Neg(w)));
  f.AddResult("d.w", build.Constant(1, ir::Element::kF32));
  EXPECT_THAT(DotOf(f, {0}, GraphStyle::kCourse), HasSubstr(R"("d w" -> "sum d w" [class=back, dir=back)"));
}

TEST(Course, RoundsTheSideThatIsEasyToCompute) {
  ir::Function f = Network();
  std::string svg = PictureSvg(f, PartsOf(f), {0, 1}, GraphStyle::kCourse);
  size_t node = svg.find("class=\"node course function\"");
  ASSERT_NE(node, std::string::npos);
  EXPECT_LT(svg.find("<path", node), svg.find("<polygon", node));
}

TEST(GraphPage, HoldsItsViews) {
  std::string page = GraphPage(Network(), SourceManager(), GraphStyle::kPlain);
  for (const char* view : {"view-0", "view-5"}) EXPECT_THAT(page, HasSubstr(view));
  EXPECT_THAT(page, HasSubstr("no source is known"));
}

}  // namespace
}  // namespace nnc::view
