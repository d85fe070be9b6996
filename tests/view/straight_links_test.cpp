#include "view/straight_links.h"

#include <gmock/gmock.h>

#include "view/svg_nodes.h"

namespace nnc::view {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Two nodes side by side, and an edge of a class that goes a long way round.
std::string Drawn(const std::string& kind) {
  return "<g id=\"edge1\" class=\"edge " + kind +
         "\">\n<title>a&#45;&gt;b</title>\n<path fill=\"none\" d=\"M1,1C2,2 3,3 4,4\"/>\n</g>\n"
         "<g id=\"a\" class=\"node forward\">\n<title>a</title>\n"
         "<polygon fill=\"none\" points=\"0,0 20,0 20,10 0,10 0,0\"/>\n<text>a</text>\n</g>\n"
         "<g id=\"b\" class=\"node gradient\">\n<title>b</title>\n"
         "<ellipse fill=\"none\" cx=\"50\" cy=\"5\" rx=\"10\" ry=\"5\"/>\n<text>b</text>\n</g>\n";
}

TEST(StraightLinks, GoFromBorderToBorder) {
  EXPECT_THAT(WithStraightLinks(Drawn("link")), HasSubstr("d=\"M20.00,5.00L40.00,5.00\"/>"));
}

TEST(StraightLinks, PassBelowABoxBetween) {
  std::string between =
      "<g id=\"c\" class=\"node forward\">\n<title>c</title>\n<polygon points=\"25,0 35,0 35,12 25,12 25,0\"/>\n"
      "<text>c</text>\n</g>\n";
  EXPECT_THAT(WithStraightLinks(Drawn("link") + between), HasSubstr("d=\"M10.00,5.00Q30.00,31.00 50.00,5.00\"/>"));
}

TEST(StraightLinks, LeaveOtherEdgesAsTheyAre) { EXPECT_EQ(WithStraightLinks(Drawn("gradient")), Drawn("gradient")); }

TEST(StraightLinks, LeaveAnEdgeWithoutItsNodes) {
  std::string svg = Drawn("link");
  svg.replace(svg.find("<title>b"), 8, "<title>c");
  EXPECT_THAT(WithStraightLinks(svg), HasSubstr("M1,1C2,2"));
}

TEST(SavedEdges, AreDrawnBelowAllOthers) {
  std::string svg = WithSaved(Drawn("link"), {{"a", "b"}, {"a", "nobody"}});
  size_t saved = svg.find("class=\"edge saved\">\n<title>a&#45;&gt;b</title>");
  ASSERT_NE(saved, std::string::npos);
  EXPECT_LT(saved, svg.find("class=\"edge link\""));
  EXPECT_THAT(svg, HasSubstr("d=\"M20.00,5.00L40.00,5.00\"/>"));
  EXPECT_THAT(svg, Not(HasSubstr("nobody")));
}

TEST(SvgNodes, AreFoundByTitle) {
  std::string svg = Drawn("link");
  auto nodes = NodeBounds(svg);
  ASSERT_EQ(nodes.size(), 2u);
  EXPECT_EQ(nodes.at("a").right, 20);
  EXPECT_EQ(nodes.at("b").left, 40);
  EXPECT_EQ(nodes.at("b").y(), 5);
}

}  // namespace
}  // namespace nnc::view
