#include "runtime/run_code.h"

#include <gtest/gtest.h>

#include "tests/runtime/ir_program.h"

namespace nnc::runtime {
namespace {

// Doubles %w, by way of a temporary of 64 kB.
constexpr char kDoubling[] = R"(func @double(%w: f32[128]) -> (f32[128]) {
  %row = reshape %w {shape = [1, 128]} : f32[1, 128]
  %column = reshape %w {shape = [128, 1]} : f32[128, 1]
  %all = matmul %column, %row {transpose_a = false, transpose_b = false} : f32[128, 128]
  %swapped = matmul %all, %all {transpose_a = true, transpose_b = false} : f32[128, 128]
  %sum = reduce_sum %swapped {axes = [1], keepdims = false} : f32[128]
  %zero = constant {element = f32, shape = [], value = 0} : f32
  %none = mul %sum, %zero : f32[128]
  %two = constant {element = f32, shape = [], value = 2} : f32
  %twice = mul %w, %two : f32[128]
  %new = add %twice, %none : f32[128]
  return w = %new
}
)";

class RunCodeTest : public testing::Test {
 protected:
  RunCodeTest() : code_(ReadProgram(kDoubling), {}, {"double"}, {}) {
    Tensor w(ir::Element::kF32, {128});
    w.set_number(3, 5);
    code_.Set("w", w);
  }
  RunCode code_;
};

TEST_F(RunCodeTest, AViewIsTheArenasOwnMemory) {
  const Tensor view = code_.View("w"), again = code_.View("w"), copy = code_.Get("w");
  EXPECT_EQ(view.data(), again.data());
  EXPECT_NE(view.data(), copy.data());
  EXPECT_EQ(view, copy);
  code_.Run("double");
  EXPECT_EQ(view.number(3), 10);
  EXPECT_EQ(copy.number(3), 5);
}

TEST_F(RunCodeTest, ReleasedTemporariesTakeNoValueAlong) {
  code_.Run("double");
  code_.ReleaseTemporaries();
  EXPECT_EQ(code_.View("w").number(3), 10);
  code_.Run("double");
  EXPECT_EQ(code_.View("w").number(3), 20);
}

}  // namespace
}  // namespace nnc::runtime
