// What a terminal shows of a training, from its state.
#include <gmock/gmock.h>

#include <cmath>

#include "driver/live_lines.h"
#include "driver/training_display.h"

namespace nnc::driver {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

DisplayState Halfway() {
  DisplayState state;
  state.run = "fit";
  state.place = "epoch 5/10";
  state.share = 0.5;
  state.rate = 12300;
  state.seconds_left = 80;
  state.train = {0.25, {{"accuracy", 0.9}}, 100};
  state.validate = runtime::Figures{0.5, {{"accuracy", 0.8}}, 20};
  state.history = {{1, {{"accuracy", 0.1}}, 100}, {0.5, {{"accuracy", 0.5}}, 100}, {0.25, {{"accuracy", 0.9}}, 100}};
  return state;
}

std::vector<std::string> Texts(const DisplayState& state, int columns, bool unicode, bool color = false) {
  std::vector<std::string> texts;
  for (const StyledLine& line : DisplayLines(state, columns, unicode)) texts.push_back(line.Text(color));
  return texts;
}

TEST(Display, ShowsProgressFiguresAndTheirCourse) {
  EXPECT_THAT(Texts(Halfway(), 100, true),
              ElementsAre("fit  ━━━━━━━━━━━━────────────  50%  epoch 5/10  12.3k samples/s  1 min 20 s left",
                          "  loss          0.2500  validation     0.5000  █▃▁",
                          "  accuracy      0.9000  validation     0.8000  ▁▅█"));
}

TEST(Display, DoesWithAscii) {
  EXPECT_THAT(Texts(Halfway(), 100, false),
              ElementsAre("fit  ############------------  50%  epoch 5/10  12.3k samples/s  1 min 20 s left",
                          "  loss          0.2500  validation     0.5000  #,_",
                          "  accuracy      0.9000  validation     0.8000  _~#"));
}

TEST(Display, FitsAnyWidth) {
  for (int columns = 1; columns <= 120; ++columns) {
    for (const StyledLine& line : DisplayLines(Halfway(), columns, true)) EXPECT_LE(line.width(), columns);
  }
}

TEST(Display, LeavesOutWhatIsNotKnown) {
  DisplayState state = Halfway();
  state.rate = 0;
  state.seconds_left.reset();
  state.validate.reset();
  state.train.loss = 1.5e-7;
  const std::vector<std::string> lines = Texts(state, 100, true);
  EXPECT_THAT(lines[0], Not(HasSubstr("samples/s")));
  EXPECT_THAT(lines[0], Not(HasSubstr("left")));
  EXPECT_THAT(lines[1], HasSubstr("1.500e-07"));
}

TEST(Display, HasColoursOnlyWhereAsked) {
  EXPECT_THAT(Texts(Halfway(), 100, true, true)[0], HasSubstr("\033[36m"));
  EXPECT_THAT(Texts(Halfway(), 100, true, false)[0], Not(HasSubstr("\033")));
}

TEST(Sparkline, AveragesWhatDoesNotFit) {
  EXPECT_EQ(Sparkline({0, 2, 7, 9}, 2, true), "▁█");
  EXPECT_EQ(Sparkline({0, 7}, 10, true), "▁█");
  EXPECT_EQ(Sparkline({3, 3, 3}, 10, true), "▁▁▁");
  EXPECT_EQ(Sparkline({}, 10, true), "");
}

TEST(Sparkline, LeavesABlankForWhatIsNotFinite) { EXPECT_EQ(Sparkline({0, NAN, INFINITY, 1}, 10, true), "▁  █"); }

StyledLine Line(const std::string& text) { return StyledLine().Add(text); }

TEST(LiveLines, DrawsOverTheLinesBefore) {
  LiveLines lines;
  EXPECT_THAT(lines.Draw({Line("one"), Line("two")}, 80, false), HasSubstr("one\033[K\r\ntwo\033[K"));
  const std::string again = lines.Draw({Line("1"), Line("2")}, 80, false);
  EXPECT_THAT(again, HasSubstr("\r\033[1A1\033[K\r\n2\033[K"));
  EXPECT_EQ(lines.Leave(), "\n");
  EXPECT_EQ(lines.Leave(), "");
}

TEST(LiveLines, FindsItsLinesAgainWhereTheTerminalHasBecomeNarrower) {
  LiveLines lines;
  lines.Draw({Line("123456789"), Line("123")}, 80, false);
  // In four columns the first line takes three rows and the second one.
  EXPECT_THAT(lines.Draw({Line("1234"), Line("123")}, 4, false), HasSubstr("\r\033[3A\033[J1234"));
}

TEST(StyledLine, IsCutBetweenCharacters) {
  EXPECT_EQ(StyledLine().Add("aé").Add("━b", TextStyle::kBold).Cut(3).Text(false), "aé━");
}

}  // namespace
}  // namespace nnc::driver
