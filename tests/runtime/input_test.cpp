#include "runtime/input.h"

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/npy.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using testing::ElementsAre;

TEST(InputTest, Numbers) {
  EXPECT_EQ(ToString(ReadInput("3").type()), "i64");
  EXPECT_EQ(ToString(ReadInput("3.0").type()), "f64");
  EXPECT_EQ(ReadInput("-2.5e1").number(0), -25);
}

TEST(InputTest, Lists) {
  const Tensor tensor = ReadInput("[[1, 2], [3, 4.5], [5, 6]]");
  EXPECT_EQ(tensor.element(), ir::Element::kF64);
  EXPECT_THAT(tensor.shape(), ElementsAre(3, 2));
  EXPECT_THAT(Numbers(tensor), ElementsAre(1, 2, 3, 4.5, 5, 6));
  EXPECT_THAT(ReadInput("[]").shape(), ElementsAre(0));
}

TEST(InputTest, WholeNumbersBeyondAnIntAreFloats) {
  EXPECT_EQ(ReadInput("9223372036854775807").element(), ir::Element::kI64);
  const Tensor beyond = ReadInput("18446744073709551615");
  EXPECT_EQ(beyond.element(), ir::Element::kF64);
  EXPECT_EQ(beyond.number(0), 18446744073709551616.0);
}

TEST(InputTest, NanAndInfinity) {
  EXPECT_TRUE(std::isnan(ReadInput("nan").number(0)));
  EXPECT_THAT(Numbers(ReadInput("[-inf, 1, inf]")), ElementsAre(-HUGE_VAL, 1, HUGE_VAL));
}

TEST(InputTest, Files) {
  const Scratch scratch;
  WriteNpy(scratch.Path("x.npy"), Tensor(ir::Element::kF32, {2}));
  EXPECT_EQ(ReadInput(scratch.Path("x.npy")), Tensor(ir::Element::kF32, {2}));
}

TEST(InputTest, RefusesAnythingElse) {
  for (const char* text :
       {"", "x", "[1, 2", "[1, [2]]", "[[1], [2, 3]]", "[[1], 2]", "{}", "[true]", "\"3\"", "nano", "[1] 2"}) {
    EXPECT_THAT([&] { ReadInput(text); }, Fails(DiagnosticKind::kBadInput, "", "is no input")) << text;
  }
  EXPECT_THAT([&] { ReadInput(std::string(100, '[') + std::string(100, ']')); },
              Fails(DiagnosticKind::kBadInput, "", "nests too deeply"));
}

}  // namespace
}  // namespace nnc::runtime
