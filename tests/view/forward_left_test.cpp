#include "view/forward_left.h"

#include <gmock/gmock.h>

namespace nnc::view {
namespace {

using ::testing::HasSubstr;

// A picture 108 wide, with a margin of 4, of two nodes and a link from a to b.
std::string Drawn(const std::string& a, const std::string& b) {
  return "<svg viewBox=\"0.00 0.00 108.00 20.00\">\n"
         "<g id=\"edge1\" class=\"edge link\">\n<title>a&#45;&gt;b</title>\n<path d=\"M20,-5C30,-4 30,-6 "
         "40,-5\"/>\n</g>\n"
         "<g id=\"a\" class=\"node forward\">\n<title>a</title>\n<polygon points=\"" +
         a +
         "\"/>\n<text x=\"10\" y=\"-5\">a=1</text>\n</g>\n<g id=\"b\" class=\"node gradient\">\n<title>b</title>\n" +
         b + "</g>\n";
}

const char* const kLeft = "0,0 20,0 20,-10 0,-10 0,0";
const char* const kRight = "80,0 100,0 100,-10 80,-10 80,0";

TEST(ForwardLeft, LeavesAPictureThatHasIt) {
  std::string svg =
      Drawn(kLeft, "<ellipse cx=\"50\" cy=\"-5\" rx=\"10\" ry=\"5\"/>\n<text x=\"50\" y=\"-5\">b</text>\n");
  EXPECT_EQ(WithForwardLeft(svg), svg);
}

TEST(ForwardLeft, TurnsOthersRound) {
  std::string svg = WithForwardLeft(
      Drawn(kRight, "<ellipse cx=\"50\" cy=\"-5\" rx=\"10\" ry=\"5\"/>\n<text x=\"45.5\" y=\"-5\">b</text>\n"));
  EXPECT_THAT(svg, HasSubstr("points=\"20.00,0 0.00,0 0.00,-10 20.00,-10 20.00,0\""));
  EXPECT_THAT(svg, HasSubstr("d=\"M80.00,-5C70.00,-4 70.00,-6 60.00,-5\""));
  EXPECT_THAT(svg, HasSubstr("cx=\"50.00\" cy=\"-5\" rx=\"10\" ry=\"5\""));
  EXPECT_THAT(svg, HasSubstr("<text x=\"54.50\" y=\"-5\">b</text>"));
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0.00 0.00 108.00 20.00\""));
}

TEST(ForwardLeft, LeavesAPictureWithoutLinks) {
  std::string svg = "<svg viewBox=\"0.00 0.00 8.00 8.00\"></svg>";
  EXPECT_EQ(WithForwardLeft(svg), svg);
}

}  // namespace
}  // namespace nnc::view
