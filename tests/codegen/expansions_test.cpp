#include "codegen/expansions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/schedule.h"
#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

// Names of the function's expansions.
std::vector<std::string> Expansions(const std::string& text) {
  const ir::Function function = ParseFunction(text);
  const std::vector<bool> found = FindExpansions(function);
  std::vector<std::string> names;
  for (uint32_t i = 0; i < function.size(); ++i) {
    if (found[i]) names.push_back(function.node(ir::Value{i}).name);
  }
  return names;
}

constexpr char kOuter[] = R"(func @f(%a: f32[96, 1], %b: f32[1, 64], %x: f32[96, 64]) -> (f32[64], f32[96]) {
  %p = mul %a, %b : f32[96, 64]
  %h = max %p, %b : f32[96, 64]
  %e = exp %h : f32[96, 64]
  %y = add %h, %x : f32[96, 64]
  %s = reduce_sum %h {axes = [0], keepdims = false} : f32[64]
  %t = reduce_sum %h {axes = [1], keepdims = false} : f32[96]
  return s = %s, t = %t
})";

TEST(Expansions, AreMadeCheaplyFromMuchLess) {
  // An exponential is dear, and %y reads as much as it makes.
  EXPECT_THAT(Expansions(kOuter), testing::ElementsAre("p", "h"));
}

TEST(Expansions, AreMadeAgainInEveryKernelThatReadsThem) {
  const ir::Function function = ParseFunction(kOuter);
  const Schedule schedule = MakeSchedule(function);
  ASSERT_EQ(schedule.kernels.size(), 2u);
  for (const Kernel& kernel : schedule.kernels) {
    EXPECT_EQ(kernel.kind, KernelKind::kReduce);
    EXPECT_EQ(kernel.stores.size(), 1u);
  }
}

TEST(Expansions, AreStoredWhereTheyAreResults) {
  const ir::Function function = ParseFunction(R"(func @f(%a: f32[64, 1], %b: f32[1, 64]) -> (f32[64, 64], f32[64]) {
    %p = mul %a, %b : f32[64, 64]
    %s = reduce_sum %p {axes = [0], keepdims = false} : f32[64]
    return p = %p, s = %s
  })");
  ExpectSameAsEvaluator(function, SomeArguments(function));
}

}  // namespace
}  // namespace nnc::codegen
