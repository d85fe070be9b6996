#include "view/training_page.h"

#include <gmock/gmock.h>

#include "view/class_figures.h"

namespace nnc::view {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

runtime::RunRecord RunNamed(const std::string& name) {
  runtime::RunRecord run;
  run.name = name;
  run.points = {{1, 10, {0.5, {{"accuracy", 0.8}}, 4}, {}}, {2, 20, {0.25, {{"accuracy", 0.9}}, 4}, {}}};
  return run;
}

TEST(TrainingPage, ShowsOneRunWithoutAComparison) {
  const runtime::RunRecord run = RunNamed("a<b");
  const std::string html = Html(TrainingPage{.title = "t", .runs = {&run}, .earlier = {}, .refresh_seconds = 2});
  EXPECT_THAT(html, HasSubstr("<h2>a&lt;b</h2>"));
  EXPECT_THAT(html, HasSubstr("<h3>accuracy</h3>"));
  EXPECT_THAT(html, Not(HasSubstr("Runs compared")));
  EXPECT_THAT(html, Not(HasSubstr("<h3>confusion matrix</h3>")));
  EXPECT_THAT(html, HasSubstr("http-equiv=\"refresh\""));
}

TEST(TrainingPage, ComparesRunsOfOneUnit) {
  const runtime::RunRecord one = RunNamed("one"), two = RunNamed("two");
  runtime::RunRecord steps = RunNamed("steps");
  steps.unit = "step";
  const std::string html = Html(TrainingPage{.title = "t", .runs = {&one, &steps}, .earlier = {&two}});
  EXPECT_THAT(html, HasSubstr("Runs compared"));
  EXPECT_THAT(html, HasSubstr("two (training)"));
  EXPECT_THAT(html, Not(HasSubstr("steps (training)")));
}

TEST(ConfusionTable, SaysHowManyOfEachClassWereFound) {
  const std::string html = ConfusionTable({"d", {"cat", "dog"}, {3, 1, 0, 0}, 4, 4});
  EXPECT_THAT(html, HasSubstr("<td class=\"right\" style=\"--share:0.750\">3</td>"));
  EXPECT_THAT(html, HasSubstr("<td>75.0%</td>"));
}

TEST(RegionsFigure, JoinsTheCellsOfARow) {
  runtime::Regions regions{{0, 2}, {0, 2}, 2, {0, 0, 0, 1}, {"a", "b"}, {}, {}};
  const std::string svg = RegionsFigure(regions);
  EXPECT_THAT(svg, HasSubstr("M34.0,160.0h320.0v160.0h-320.0z"));  // the lower row
  EXPECT_THAT(svg, HasSubstr("d=\"M194.0,0.0h160.0v160.0h-160.0z\""));
}

}  // namespace
}  // namespace nnc::view
