#include "codegen/nest_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

Target SixteenLanes() {
  Target target;
  target.vector_bytes = 64;
  target.vector_registers = 32;
  target.masks = true;
  return target;
}

// The plan of the function's first kernel.
NestPlan PlanOf(const std::string& text) {
  const ir::Function function = ParseFunction(text);
  const Schedule schedule = MakeSchedule(function);
  return PlanNest(schedule, schedule.kernels[0], SixteenLanes());
}

TEST(NestPlan, RunsContiguousAxesAsOne) {
  const NestPlan plan = PlanOf(R"(func @f(%x: f32[8, 5, 3]) -> (f32[8, 5, 3]) {
    %y = exp %x : f32[8, 5, 3]
    return y = %y
  })");
  EXPECT_THAT(plan.extents, testing::ElementsAre(1, 1, 120));
  EXPECT_EQ(plan.lanes_axis, 2);
}

TEST(NestPlan, KeepsAxesApartWhereOneIsBroadcast) {
  const NestPlan plan = PlanOf(R"(func @f(%x: f32[8, 5, 3], %b: f32[5, 3]) -> (f32[8, 5, 3]) {
    %y = mul %x, %b : f32[8, 5, 3]
    return y = %y
  })");
  EXPECT_THAT(plan.extents, testing::ElementsAre(8, 1, 15));
}

TEST(NestPlan, KeepsAxesApartWhereTheirIndexMatters) {
  const NestPlan plan = PlanOf(R"(func @f() -> (i32[8, 20]) {
    %y = iota {axis = 1, shape = [8, 20]} : i32[8, 20]
    return y = %y
  })");
  EXPECT_THAT(plan.extents, testing::ElementsAre(8, 20));
}

constexpr char kSoftmax[] = R"(func @f(%x: f32[64, $]) -> (f32[64, $]) {
  %m = reduce_max %x {axes = [1], keepdims = true} : f32[64, 1]
  %s = sub %x, %m : f32[64, $]
  %e = exp %s : f32[64, $]
  %t = reduce_sum %e {axes = [1], keepdims = true} : f32[64, 1]
  %y = div %e, %t : f32[64, $]
  return y = %y
})";

std::string SoftmaxOfRows(const std::string& length) {
  std::string text = kSoftmax;
  for (size_t at = text.find('$'); at != std::string::npos; at = text.find('$')) text.replace(at, 1, length);
  return text;
}

TEST(NestPlan, PutsTheLanesAlongLongRows) { EXPECT_TRUE(PlanOf(SoftmaxOfRows("1000")).lanes_reduced); }
TEST(NestPlan, PutsTheLanesAcrossShortRows) { EXPECT_FALSE(PlanOf(SoftmaxOfRows("3")).lanes_reduced); }

TEST(NestPlan, PutsTheLanesAlongTheKeptAxisOfColumnSums) {
  const NestPlan plan = PlanOf(R"(func @f(%x: f32[64, 48]) -> (f32[48]) {
    %s = reduce_sum %x {axes = [0], keepdims = false} : f32[48]
    return s = %s
  })");
  EXPECT_FALSE(plan.lanes_reduced);
}

TEST(NestPlan, CountsWhatDependsOnAFoldedAxisAtEachPoint) {
  // Along the 3,000 folded places %x would be shuffled into vectors anew for each of the 100 sums.
  const NestPlan plan = PlanOf(R"(func @f(%x: f32[3000, 2], %w: f32[1, 100]) -> (f32[100]) {
    %x0 = slice %x {axis = 1, limit = 1, start = 0} : f32[3000, 1]
    %x1 = slice %x {axis = 1, limit = 2, start = 1} : f32[3000, 1]
    %p = mul %x0, %w : f32[3000, 100]
    %q = max %p, %x1 : f32[3000, 100]
    %s = reduce_sum %q {axes = [0], keepdims = false} : f32[100]
    return s = %s
  })");
  EXPECT_FALSE(plan.lanes_reduced);
}

}  // namespace
}  // namespace nnc::codegen
