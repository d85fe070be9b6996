#include "view/graph_views.h"

#include <gmock/gmock.h>

#include "tests/view/graph_testing.h"
#include "view/graph_boxes.h"

namespace nnc::view {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using View = std::set<int>;

// The parts are 1: net, 2: net/fc within it, 3: cost.
TEST(GraphViews, OfASmallGraphAreAllThereCanBe) {
  EXPECT_THAT(ViewsOf(PartsOf(Network()), {0, 1}, 99, 9999),
              UnorderedElementsAre(View{0, 1}, View{0}, View{0, 1, 2, 3}, View{0, 1, 2}, View{0, 1, 3}, View{0, 3}));
}

TEST(GraphViews, BeginWithTheStart) { EXPECT_EQ(ViewsOf(PartsOf(Network()), {0, 3}, 99, 9999).front(), (View{0, 3})); }

TEST(GraphViews, ShowEachPartFoldedAndUnfoldedHoweverFewThereAre) {
  std::vector<View> views = ViewsOf(PartsOf(Network()), {0}, 0, 0);
  EXPECT_THAT(views, ElementsAre(View{0}, View{0, 1}, View{0, 1, 2}, View{0, 3}));
}

TEST(GraphViews, LeaveOutEverythingWhereThatIsTooMuch) {
  EXPECT_THAT(ViewsOf(PartsOf(Network()), {0}, 5, 0), Not(Contains(View{0, 1, 2, 3})));
}

TEST(GraphViews, CountWhatIsSeen) {
  GraphParts parts = PartsOf(Network());
  EXPECT_EQ(Shown(parts, {0}), 4);        // x, y and two folded parts
  EXPECT_EQ(Shown(parts, {0, 1}), 5);     // tanh and a folded part for one of them
  EXPECT_EQ(Shown(parts, {0, 1, 2}), 8);  // w, matmul, exp and neg for the folded one
}

}  // namespace
}  // namespace nnc::view
