#include "codegen/contraction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

// Names of the products of the function's first kernel that are contracted.
std::vector<std::string> Contracted(const std::string& text) {
  const ir::Function function = ParseFunction(text);
  const Schedule schedule = MakeSchedule(function);
  std::vector<std::string> names;
  for (ir::Value v : ContractedProducts(function, schedule.kernels[0])) names.push_back(function.node(v).name);
  return names;
}

TEST(Contraction, TakesOneProductOfASum) {
  EXPECT_THAT(Contracted(R"(func @f(%x: f32[8], %y: f32[8]) -> (f32[8]) {
    %p = mul %x, %x : f32[8]
    %q = mul %x, %y : f32[8]
    %s = sub %p, %q : f32[8]
    return s = %s
  })"),
              testing::ElementsAre("p"));
}

TEST(Contraction, LeavesProductsThatAreNeededRounded) {
  EXPECT_THAT(Contracted(R"(func @f(%x: f32[8], %y: f32[8]) -> (f32[8], f32[8], f32[8]) {
    %stored = mul %x, %y : f32[8]
    %s = add %stored, %x : f32[8]
    %twice = mul %x, %x : f32[8]
    %t = add %twice, %y : f32[8]
    %u = mul %twice, %t : f32[8]
    return stored = %stored, s = %s, u = %u
  })"),
              testing::IsEmpty());
}

TEST(Contraction, LeavesIntegersAndWhatIsRoundedToLess) {
  for (const char* element : {"i32", "bf16"}) {
    const std::string t = std::string(element) + "[8]";
    EXPECT_THAT(Contracted("func @f(%x: " + t + ") -> (" + t + ") {\n %p = mul %x, %x : " + t +
                           "\n %s = add %p, %x : " + t + "\n return s = %s\n}"),
                testing::IsEmpty());
  }
}

// What a product of two floats loses by rounding shows when the rounded product is subtracted.
ir::Tensor ErrorOf(const std::string& text) {
  const ir::Function function = ParseFunction(text);
  std::vector<ir::Tensor> arguments = SomeArguments(function);
  for (ir::Tensor& argument : arguments) std::ranges::fill(argument.floats(), 1 + 0x1p-20);
  return RunCompiled(function, arguments)[0];
}

TEST(Contraction, RoundsOnce) {
  const double exact = (1 + 0x1p-20) * (1 + 0x1p-20) - 1;
  for (const char* sum : {"sub %p, %one", "add %p, %minus"}) {
    const ir::Tensor error = ErrorOf(std::string(R"(func @f(%x: f32[20]) -> (f32[20]) {
      %one = constant {element = f32, shape = [], value = 1.0} : f32
      %minus = constant {element = f32, shape = [], value = -1.0} : f32
      %p = mul %x, %x : f32[20]
      %y = )") + sum + " : f32[20]\n return y = %y\n}");
    for (double number : error.floats()) EXPECT_EQ(number, static_cast<float>(exact));
  }
  const ir::Tensor error = ErrorOf(R"(func @f(%x: f32[20]) -> (f32[20]) {
    %one = constant {element = f32, shape = [], value = 1.0} : f32
    %p = mul %x, %x : f32[20]
    %y = sub %one, %p : f32[20]
    return y = %y
  })");
  for (double number : error.floats()) EXPECT_EQ(number, static_cast<float>(-exact));
}

TEST(Contraction, SumsProductsUnrounded) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[2, 20], %y: f32[2, 20]) -> (f32[20]) {
    %p = mul %x, %y : f32[2, 20]
    %s = reduce_sum %p {axes = [0], keepdims = false} : f32[20]
    return s = %s
  })");
  std::vector<ir::Tensor> arguments = SomeArguments(function);
  for (size_t i = 0; i < 20; ++i) {
    arguments[0].floats()[i] = -1, arguments[1].floats()[i] = 1;
    arguments[0].floats()[20 + i] = arguments[1].floats()[20 + i] = 1 + 0x1p-20;
  }
  const ir::Tensor sums = RunCompiled(function, arguments)[0];
  for (double number : sums.floats()) EXPECT_EQ(number, static_cast<float>((1 + 0x1p-20) * (1 + 0x1p-20) - 1));
}

}  // namespace
}  // namespace nnc::codegen
