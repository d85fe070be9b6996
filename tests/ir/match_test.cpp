#include "ir/match.h"

#include <gmock/gmock.h>

#include "ir/builder.h"

namespace nnc::ir {
namespace {

const Type kVector(Element::kF32, {Dim(3)});

struct Chain {
  Function function{"f"};
  Value x, first, second;
};

// x -> `first` -> `second`, by these names.
Chain MakeChain(Op first, Op second, const std::string& first_name, const std::string& second_name) {
  Chain chain;
  Builder build(chain.function);
  chain.x = build.Argument("x", kVector);
  chain.first = build.Apply(first, {chain.x}, {}, first_name);
  chain.second = build.Apply(second, {chain.first}, {}, second_name);
  chain.function.AddResult("y", chain.second);
  return chain;
}

TEST(Match, TakesARenamedValueForTheSame) {
  Chain older = MakeChain(Op::kExp, Op::kNeg, "a", "b"), newer = MakeChain(Op::kExp, Op::kNeg, "b", "c");
  Matching matching = Match(older.function, newer.function);
  EXPECT_EQ(matching.older[newer.second.index], older.second);
  EXPECT_TRUE(matching.same[newer.second.index]);
}

TEST(Match, SaysThatANamesakeOfOtherOperandsHasChanged) {
  Chain older = MakeChain(Op::kExp, Op::kNeg, "a", "b"), newer = MakeChain(Op::kLog, Op::kNeg, "a", "b");
  Matching matching = Match(older.function, newer.function);
  EXPECT_FALSE(matching.older[newer.first.index].valid());
  EXPECT_EQ(matching.older[newer.second.index], older.second);
  EXPECT_FALSE(matching.same[newer.second.index]);
}

TEST(Match, GivesAValueOneCounterpart) {
  Function older("f"), newer("f");
  Builder build(older), again(newer);
  Value x = build.Argument("x", kVector), z = again.Argument("x", kVector);
  Value kept = build.Exp(x), gone = build.Exp(x), last = build.Neg(gone);
  Value only = again.Exp(z);
  Matching matching = Match(older, newer);
  EXPECT_EQ(matching.older[only.index], kept);
  std::vector<Value> duplicates = Duplicates(older, newer, matching);
  EXPECT_EQ(duplicates[gone.index], only);
  EXPECT_FALSE(duplicates[last.index].valid());
}

TEST(Match, SeesAnArgumentOfAnotherType) {
  Function older("f"), newer("f");
  Builder(older).Argument("x", kVector);
  Builder(newer).Argument("x", Type(Element::kF32, {Dim(4)}));
  Matching matching = Match(older, newer);
  EXPECT_EQ(matching.older[0], Value{0});
  EXPECT_FALSE(matching.same[0]);
}

}  // namespace
}  // namespace nnc::ir
