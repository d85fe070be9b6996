// Random keys: the seed folded with the place, which is the path of calls and the count within each body.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

// The number of each place that a function draws at, in order; the first constant is the step that `nnc run` has, 0.
std::vector<std::string> Places(const std::string& text) {
  std::vector<std::string> places;
  std::regex constant("element = i64, shape = \\[\\], value = ([0-9.]+)");
  for (std::sregex_iterator at(text.begin(), text.end(), constant), end; at != end; ++at) {
    if ((*at)[1] != "0.0") places.push_back((*at)[1]);
  }
  return places;
}

TEST(Randomness, KeysAreTheSeedFoldedWithStepZeroAndThePlace) {
  std::string text = FunctionF("fn f() = rand([2])");
  EXPECT_THAT(text, HasSubstr("func @f(%seed: i64)"));
  EXPECT_THAT(text, HasSubstr("%2 = fold_in %seed, %1 : i64"));
  EXPECT_THAT(text, HasSubstr("fold_in %2, %3 : i64"));
}

TEST(Randomness, EachDrawHasItsOwnPlace) {
  std::string program = "fn g() = rand([2])\nfn f() = g() + g() + rand([2]) + rand([2])";
  std::vector<std::string> places = Places(FunctionF(program));
  EXPECT_EQ(std::set<std::string>(places.begin(), places.end()).size(), 4u);
  EXPECT_EQ(places, Places(FunctionF(program)));  // and the same one each time
}

TEST(Randomness, ASeedIsAnArgumentOnlyWhereItIsUsed) {
  EXPECT_THAT(FunctionF("fn f(x: f32) = x"), HasSubstr("func @f(%x: f32) ->"));
}

TEST(Randomness, HasNoPlaceInALet) {
  EXPECT_THAT(ErrorsOf("let a = rand([2])"), HasSubstr("1:9 E0408 random numbers cannot be drawn here"));
}

TEST(Randomness, TrainingIsFalseOutsideOfTraining) {
  EXPECT_THAT(FunctionF("fn f(x: f32) = if training { -x } else { x }"), HasSubstr("return result = %x"));
}

}  // namespace
}  // namespace nnc::testing
