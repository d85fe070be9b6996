#include "view/math_ml.h"

#include <gmock/gmock.h>

#include "tests/view/xml.h"

namespace nnc::view {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Math A() { return Variable("a"); }
Math B() { return Variable("b"); }

TEST(MathMl, PutsParenthesesWhereTheyMustStand) {
  EXPECT_THAT((A() * (A() + B())).markup(), HasSubstr(">(</mo>"));
  EXPECT_THAT((A() + A() * B()).markup(), Not(HasSubstr(">(</mo>")));
  EXPECT_THAT((A() - (A() - B())).markup(), HasSubstr(">(</mo>"));
  EXPECT_THAT(((A() - A()) - B()).markup(), Not(HasSubstr(">(</mo>")));
  EXPECT_THAT(Power(-A(), Number(int64_t{2})).markup(), HasSubstr(">(</mo>"));
  EXPECT_THAT(Fraction(A() + B(), A()).markup(), Not(HasSubstr(">(</mo>")));
}

TEST(MathMl, WritesNumbersAsPowersOfTen) {
  EXPECT_EQ(Number(0.5).markup(), "<mn>0.5</mn>");
  EXPECT_THAT(Number(1e-5).markup(), HasSubstr("<mn>5</mn>"));
}

TEST(MathMl, EscapesNames) { EXPECT_EQ(XmlFault(MathElement(Words("a<b&c") + Variable("<"))), ""); }

TEST(MathMl, MarksATermForScripts) {
  EXPECT_EQ(Marked(A(), "data-value=\"3\"").markup(), "<mrow data-value=\"3\"><mi>a</mi></mrow>");
}

TEST(XmlFault, FindsWhatIsWrong) {
  EXPECT_EQ(XmlFault("<a><b x=\"1\">t &lt;</b><c/></a>"), "");
  EXPECT_NE(XmlFault("<a><b></a></b>"), "");
  EXPECT_NE(XmlFault("<a>"), "");
  EXPECT_NE(XmlFault("a < b"), "");
  EXPECT_NE(XmlFault("a & b"), "");
}

}  // namespace
}  // namespace nnc::view
