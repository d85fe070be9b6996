#include "codegen/group_order.h"

#include <gtest/gtest.h>

#include <random>

namespace nnc::codegen {
namespace {

TEST(GroupOrder, FindsWhatIsNeededThroughOthers) {
  GroupOrder order;
  for (int i = 0; i < 4; ++i) order.AddNode();
  order.AddNeed(0, 1);
  order.AddNeed(1, 2);
  EXPECT_TRUE(order.Reaches(0, 2));
  EXPECT_TRUE(order.Reaches(3, 3));
  EXPECT_FALSE(order.Reaches(2, 0));
  EXPECT_FALSE(order.Reaches(0, 3));
  order.Merge(2, 3);
  order.AddNode();
  order.AddNeed(2, 4);
  EXPECT_TRUE(order.Reaches(0, 4));
}

// Against a search through all edges, on graphs that grow and merge at random.
TEST(GroupOrder, AgreesWithASearchThroughAllEdges) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    constexpr int kNodes = 24;
    GroupOrder order;
    for (int i = 0; i < kNodes; ++i) order.AddNode();
    std::vector<bool> gone(kNodes, false);
    const auto reaches = [&](int a, int b) {
      std::vector<int> rest = {a};
      std::set<int> seen;
      while (!rest.empty()) {
        const int at = rest.back();
        rest.pop_back();
        if (at == b) return true;
        if (!seen.insert(at).second) continue;
        for (int next : order.needs(at)) rest.push_back(next);
      }
      return false;
    };
    for (int step = 0; step < 80; ++step) {
      const int a = static_cast<int>(random() % kNodes), b = static_cast<int>(random() % kNodes);
      if (gone[static_cast<size_t>(a)] || gone[static_cast<size_t>(b)] || a == b) continue;
      ASSERT_EQ(order.Reaches(a, b), reaches(a, b));
      if (reaches(b, a)) continue;
      if (!reaches(a, b) && random() % 4 == 0) {
        order.Merge(a, b);
        gone[static_cast<size_t>(b)] = true;
      } else {
        order.AddNeed(a, b);
      }
    }
  }
}

}  // namespace
}  // namespace nnc::codegen
