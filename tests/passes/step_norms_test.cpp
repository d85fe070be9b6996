#include "passes/step_norms.h"

#include <gtest/gtest.h>

#include "passes/pipeline.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

double Number(const ir::Function& function, size_t result, const std::vector<ir::Tensor>& arguments) {
  return ir::Evaluate(ExpandGradients(function), arguments)[result].number(0);
}

// One step of gradient descent with rate 0.5 on the sum of squares of p; q is handed on as it is.
const char* const kStep =
    "%s = mul %p, %p : f32[2]\n%l = reduce_sum %s {axes = [0], keepdims = false} : f32\n"
    "%one = constant {element = f32, shape = [], value = 1} : f32\n%g = vjp %l, %p, %one : f32[2]\n"
    "%rate = constant {element = f32, shape = [], value = 0.5} : f32\n%d = mul %rate, %g : f32[2]\n"
    "%new = sub %p, %d : f32[2]";

TEST(StepNorms, AreThoseOfGradientAndUpdate) {
  ir::Function step = FromText("%p: f32[2], %q: f32[2]", kStep, "p = %new, q = %q, loss = %l");
  ir::Function norms = StepNorms(step, {"p", "q"});
  ASSERT_EQ(norms.argument_count(), 1u);
  ASSERT_EQ(norms.results().size(), 2u);
  EXPECT_EQ(norms.results()[0].name, "p.gradient");
  EXPECT_EQ(norms.results()[1].name, "p.update");
  const ir::Tensor p = ir::Tensor::Floats({2}, {3, 4});

  EXPECT_DOUBLE_EQ(Number(norms, 0, {p}), 10);
  EXPECT_DOUBLE_EQ(Number(norms, 1, {p}), 5);
}

TEST(StepNorms, AreNoneWhereNothingIsTrained) {
  ir::Function step = FromText("%p: f32[2], %q: f32[2]", kStep, "q = %q, loss = %l");
  EXPECT_TRUE(StepNorms(step, {"p", "q"}).results().empty());
}

}  // namespace
}  // namespace nnc::passes
