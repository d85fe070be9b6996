#include "view/chart.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "view/axis.h"

namespace nnc::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Ticks, AreRoundNumbers) {
  EXPECT_THAT(Ticks(0, 1, 5), ElementsAre(0, 0.2, 0.4, 0.6000000000000001, 0.8, 1));
  EXPECT_THAT(Ticks(-3, 4, 4), ElementsAre(-2, 0, 2, 4));
  EXPECT_THAT(Ticks(120, 980, 5), ElementsAre(200, 400, 600, 800));
}

TEST(LineChart, LeavesAGapWhereAValueIsNotFinite) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  std::string svg = Svg(LineChart{.title = "loss", .series = {{"train", {{0, 1}, {1, nan}, {2, 3}}}}});
  EXPECT_THAT(svg, HasSubstr("d=\"M58.0,218.0M468.0,30.0\""));
  EXPECT_THAT(svg, HasSubstr("aria-label=\"loss\""));
}

TEST(LineChart, HasNoPointsBelowZeroOnALogarithmicAxis) {
  std::string svg = Svg(LineChart{.series = {{"rate", {{0, 0}, {1, 1}, {2, 100}}}}, .logarithmic = true});
  EXPECT_THAT(svg, HasSubstr("d=\"M58.0,218.0L468.0,30.0\""));
}

TEST(Ticks, AreRoundNumbersOnALogarithmicAxisToo) {
  EXPECT_THAT(LogTicks(-3, 2), ElementsAre(-3, -2, -1, 0, 1, 2));
  EXPECT_THAT(LogTicks(0.2, 1), ElementsAre(std::log10(2), std::log10(5), 1));
  EXPECT_THAT(TickText(-0.0), "0");
}

TEST(LineChart, DrawsBandsAndDots) {
  LineChart chart{
      .title = "fit", .series = {{"line", {{0, 1}, {1, 1}}, false, false, {{0, 2}, {0, 2}}}}, .captions = false};
  EXPECT_THAT(Svg(chart), HasSubstr("d=\"M58.0,218.0L468.0,218.0L468.0,30.0L58.0,30.0Z\""));
  EXPECT_THAT(Svg(chart), Not(HasSubstr(">line</text>")));
  EXPECT_THAT(Legend(chart), HasSubstr("</svg> line</li>"));
  chart.series = {{"rows", {{0, 1}, {1, 2}}, false, true, {}}};
  EXPECT_THAT(Svg(chart), HasSubstr("<circle cx=\"58.0\" cy=\"218.0\""));
}

TEST(LineChart, DrawsNothingAndOneValue) {
  EXPECT_THAT(Svg(LineChart{.series = {{"empty", {}}}}), Not(HasSubstr("nan")));
  EXPECT_THAT(Svg(LineChart{.series = {{"flat", {{1, 5}}}}}), HasSubstr("d=\"M263.0,124.0\""));
}

TEST(Histogram, SaysEachBar) {
  std::string svg = Svg(Histogram{.title = "h <1>", .low = 0, .high = 2, .counts = {1, 3}});
  EXPECT_THAT(svg, HasSubstr("aria-label=\"h &lt;1&gt;\""));
  EXPECT_THAT(svg, HasSubstr("<title>1 to 2: 3</title>"));
}

}  // namespace
}  // namespace nnc::view
