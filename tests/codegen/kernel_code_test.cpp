#include "codegen/kernel_code.h"

#include <gtest/gtest.h>

#include "codegen/module.h"
#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

// How many distinct kernels the function has.
size_t Codes(const std::string& text) {
  const ir::Function function = ParseFunction(text);
  const Program program = PlanProgram({&function}, {});
  OwnedModule module = NewModule("test", program.target);
  return EmitEntries(*module.module, program, {}).codes().size();
}

// Two layers, tanh(x w + b) with the operand of the second given, and `second` in place of the second's tanh.
std::string Layers(const std::string& second, const std::string& width) {
  return "func @f(%x: f32[8, 16], %w: f32[16, 16], %b: f32[16], %v: f32[16, " + width + "], %c: f32[" + width +
         "]) -> (f32[8, " + width + R"(]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[8, 16]
    %q = add %p, %b : f32[8, 16]
    %h = tanh %q : f32[8, 16]
    %r = matmul %h, %v {transpose_a = false, transpose_b = false} : f32[8, )" +
         width + "]\n    %s = add %r, %c : f32[8, " + width + "]\n    %y = " + second + " %s : f32[8, " + width +
         "]\n    return y = %y\n}";
}

TEST(KernelCodes, AreSharedByEqualLayers) {
  EXPECT_EQ(Codes(Layers("tanh", "16")), 1);
  const ir::Function function = ParseFunction(Layers("tanh", "16"));
  ExpectSameAsEvaluator(function, SomeArguments(function));
}

TEST(KernelCodes, DifferByOpAndByShape) {
  EXPECT_EQ(Codes(Layers("exp", "16")), 2);
  EXPECT_EQ(Codes(Layers("tanh", "24")), 2);
}

TEST(KernelCodes, DifferByConstants) {
  const auto scaled = [](const std::string& second) {
    return R"(func @f(%x: f32[5000], %z: f32[5000]) -> (f32[5000], f32[5000]) {
      %a = constant {element = f32, shape = [], value = 2.0} : f32
      %b = constant {element = f32, shape = [], value = )" +
           second + R"(} : f32
      %y = mul %x, %a : f32[5000]
      %w = mul %z, %b : f32[5000]
      return y = %y, w = %w
    })";
  };
  EXPECT_EQ(Codes(scaled("2.0")), 1);
  EXPECT_EQ(Codes(scaled("3.0")), 2);
}

// An update in place reads and writes one address, which a kernel with two addresses cannot stand for.
TEST(KernelCodes, DifferByWhichPlacesCoincide) {
  EXPECT_EQ(Codes(R"(func @f(%x: f32[5000], %z: f32[5000]) -> (f32[5000], f32[5000]) {
    %y = exp %x : f32[5000]
    %w = exp %z : f32[5000]
    return x = %y, w = %w
  })"),
            2);
}

// The body's line kernel goes along another slice of the operand in each iteration.
TEST(KernelCodes, OfRunningSumsInALoopMoveWithIt) {
  const ir::Function function = ParseFunction(R"(func @f(%h: f32[6], %xs: f32[3, 6]) -> (f32[6], f32[3, 6]) {
    %s = scan %h, %xs {carries = 1, checkpoint = false, length = 3, reverse = false, scanned = 1} func @body(%c: f32[6], %x: f32[6]) -> (f32[6], f32[6]) {
      %r = cumsum %x {axis = 0} : f32[6]
      %n = add %c, %r : f32[6]
      return c = %n, y = %r
    } : (f32[6], f32[3, 6])
    %last = part %s {index = 0} : f32[6]
    %ys = part %s {index = 1} : f32[3, 6]
    return last = %last, ys = %ys
  })");
  ExpectSameAsEvaluator(function, SomeArguments(function));
}

}  // namespace
}  // namespace nnc::codegen
