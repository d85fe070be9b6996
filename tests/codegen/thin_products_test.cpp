#include "codegen/thin_products.h"

#include <gtest/gtest.h>

#include "ir/diagnostics.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

std::string Apart(const std::string& text) {
  const ir::Function function = TakeThinProductsApart(ParseFunction(text));
  ir::VerifyAfter("thin_products", function);
  SourceManager sources;
  return ir::Print(function, sources, {.locations = false});
}

TEST(ThinProducts, ChangesNothingWhereProductsAreWide) {
  const std::string text = R"(func @f(%x: f32[64, 5], %w: f32[5, 64]) -> (f32) {
  %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[64, 64]
  %s = reduce_sum %p {axes = [0, 1], keepdims = false} : f32
  return s = %s
}
)";
  EXPECT_EQ(Apart(text), text);
}

TEST(ThinProducts, KeepsAProductThatMustBeInMemory) {
  const std::string result = R"(func @f(%x: f32[64, 2], %w: f32[2, 64]) -> (f32[64, 64]) {
  %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[64, 64]
  %e = max %p, %p : f32[64, 64]
  return e = %e
}
)";
  EXPECT_EQ(Apart(result), result);
  const std::string operand = R"(func @f(%x: f32[64, 2], %w: f32[2, 64], %v: f32[64, 9]) -> (f32[64, 9]) {
  %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[64, 64]
  %h = max %p, %p : f32[64, 64]
  %y = matmul %h, %v {transpose_a = false, transpose_b = false} : f32[64, 9]
  return y = %y
}
)";
  EXPECT_EQ(Apart(operand), operand);
}

TEST(ThinProducts, KeepsAProductAsSmallAsItsFactors) {
  const std::string text = R"(func @f(%x: f32[8, 2], %w: f32[2, 1]) -> (f32) {
  %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[8, 1]
  %s = reduce_sum %p {axes = [0, 1], keepdims = false} : f32
  return s = %s
}
)";
  EXPECT_EQ(Apart(text), text);
}

TEST(ThinProducts, KeepsAProductWhoseElementsAreDear) {
  const std::string text = R"(func @f(%x: f32[64, 2], %w: f32[2, 64]) -> (f32) {
  %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[64, 64]
  %h = tanh %p : f32[64, 64]
  %s = reduce_sum %h {axes = [0, 1], keepdims = false} : f32
  return s = %s
}
)";
  EXPECT_EQ(Apart(text), text);
}

TEST(ThinProducts, SumsOuterProductsFromWhatIsAdded) {
  EXPECT_EQ(Apart(R"(func @f(%x: f32[64, 2], %w: f32[64, 2], %b: f32[64]) -> (f32) {
  %p = matmul %x, %w {transpose_a = false, transpose_b = true} : f32[64, 64]
  %h = add %p, %b : f32[64, 64]
  %s = reduce_sum %h {axes = [0, 1], keepdims = false} : f32
  return s = %s
}
)"),
            R"(func @f(%x: f32[64, 2], %w: f32[64, 2], %b: f32[64]) -> (f32) {
  %3 = slice %x {axis = 1, limit = 1, start = 0} : f32[64, 1]
  %4 = slice %w {axis = 1, limit = 1, start = 0} : f32[64, 1]
  %5 = transpose %4 {axes = [1, 0]} : f32[1, 64]
  %6 = mul %3, %5 : f32[64, 64]
  %7 = add %6, %b : f32[64, 64]
  %8 = slice %x {axis = 1, limit = 2, start = 1} : f32[64, 1]
  %9 = slice %w {axis = 1, limit = 2, start = 1} : f32[64, 1]
  %10 = transpose %9 {axes = [1, 0]} : f32[1, 64]
  %11 = mul %8, %10 : f32[64, 64]
  %h = add %11, %7 : f32[64, 64]
  %s = reduce_sum %h {axes = [0, 1], keepdims = false} : f32
  return s = %s
}
)");
}

TEST(ThinProducts, ReducesAnExpansionForEachThinColumn) {
  EXPECT_EQ(Apart(R"(func @f(%x: f32[64, 1], %w: f32[1, 64], %v: f32[64, 2]) -> (f32[64, 2]) {
  %h = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[64, 64]
  %y = matmul %h, %v {transpose_a = true, transpose_b = false} : f32[64, 2]
  return y = %y
}
)"),
            R"(func @f(%x: f32[64, 1], %w: f32[1, 64], %v: f32[64, 2]) -> (f32[64, 2]) {
  %3 = slice %x {axis = 1, limit = 1, start = 0} : f32[64, 1]
  %4 = slice %w {axis = 0, limit = 1, start = 0} : f32[1, 64]
  %h = mul %3, %4 : f32[64, 64]
  %6 = slice %v {axis = 1, limit = 1, start = 0} : f32[64, 1]
  %7 = mul %h, %6 : f32[64, 64]
  %8 = reduce_sum %7 {axes = [0], keepdims = true} : f32[1, 64]
  %9 = transpose %8 {axes = [1, 0]} : f32[64, 1]
  %10 = slice %v {axis = 1, limit = 2, start = 1} : f32[64, 1]
  %11 = mul %h, %10 : f32[64, 64]
  %12 = reduce_sum %11 {axes = [0], keepdims = true} : f32[1, 64]
  %13 = transpose %12 {axes = [1, 0]} : f32[64, 1]
  %y = concat %9, %13 {axis = 1} : f32[64, 2]
  return y = %y
}
)");
}

// A network of one hidden layer and its gradients, with each operand in either layout.
TEST(ThinProducts, AreWhatTheProductsWere) {
  for (const bool turned : {false, true}) {
    const std::string t = turned ? "true" : "false";
    const std::string f = turned ? "false" : "true";
    const std::string w = turned ? "f32[2, 40]" : "f32[40, 2]";
    const std::string v = turned ? "f32[40, 3]" : "f32[3, 40]";
    const std::string text =
        "func @f(%x: f32[70, 2], %w: " + w + ", %b: f32[40], %v: " + v + ") -> (f32[70, 3], " + w + ", " + v +
        R"(, f32[40]) {
      %zero = constant {element = f32, shape = [], value = 0.0} : f32
      %p = matmul %x, %w {transpose_a = false, transpose_b = )" +
        f + R"(} : f32[70, 40]
      %a = add %p, %b : f32[70, 40]
      %h = max %a, %zero : f32[70, 40]
      %y = matmul %h, %v {transpose_a = false, transpose_b = )" +
        f + R"(} : f32[70, 3]
      %dy = exp %y : f32[70, 3]
      %dh = matmul %dy, %v {transpose_a = false, transpose_b = )" +
        t + R"(} : f32[70, 40]
      %on = gt %h, %zero : bool[70, 40]
      %da = select %on, %dh, %zero : f32[70, 40]
)" +
        (turned ? "      %dw = matmul %x, %da {transpose_a = true, transpose_b = false} : f32[2, 40]\n"
                  "      %dv = matmul %h, %dy {transpose_a = true, transpose_b = false} : f32[40, 3]\n"
                : "      %dw = matmul %da, %x {transpose_a = true, transpose_b = false} : f32[40, 2]\n"
                  "      %dv = matmul %dy, %h {transpose_a = true, transpose_b = false} : f32[3, 40]\n") +
        R"(      %db = reduce_sum %da {axes = [0], keepdims = false} : f32[40]
      return y = %y, dw = %dw, dv = %dv, db = %db
    })";
    const ir::Function function = ParseFunction(text);
    std::vector<ir::Tensor> arguments = SomeArguments(function);
    for (ir::Tensor& argument : arguments) {
      for (double& number : argument.floats()) number /= 8;
    }
    ExpectSameAsEvaluator(function, arguments, {}, 1e-4);
    const ir::Function apart = TakeThinProductsApart(function);
    for (const ir::Node& node : apart.nodes()) EXPECT_NE(node.op, ir::Op::kMatMul);
  }
}

}  // namespace
}  // namespace nnc::codegen
