#include "codegen/buffers.h"

#include <gtest/gtest.h>

#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

// Buffers that live at the same time do not overlap, unless one takes the other's place.
void ExpectNoOverlap(const Schedule& schedule, const BufferPlan& plan) {
  for (size_t a = 0; a < plan.places.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      const BufferPlan::Place& x = plan.places[a];
      const BufferPlan::Place& y = plan.places[b];
      const auto persistent = [&](size_t i) { return schedule.buffers[i].kind != Buffer::Kind::kTemporary; };
      const bool together = persistent(a) || persistent(b) || (x.first <= y.last && y.first <= x.last);
      const bool apart = x.offset + x.bytes <= y.offset || y.offset + y.bytes <= x.offset;
      const bool taken_over = x.shares == static_cast<int>(b) || y.shares == static_cast<int>(a);
      EXPECT_TRUE(!together || apart || taken_over) << schedule.buffers[a].name << " and " << schedule.buffers[b].name;
    }
  }
}

constexpr char kChain[] = R"(func @f(%x: f32[16, 16], %w: f32[16, 16]) -> (f32[16, 16]) {
  %a = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[16, 16]
  %b = matmul %a, %w {transpose_a = false, transpose_b = false} : f32[16, 16]
  %c = matmul %b, %w {transpose_a = false, transpose_b = false} : f32[16, 16]
  %d = matmul %c, %w {transpose_a = false, transpose_b = false} : f32[16, 16]
  return d = %d
})";

TEST(Buffers, UsesAPlaceAgainWhenItsValueIsDone) {
  const ir::Function function = ParseFunction(kChain);
  const Schedule schedule = MakeSchedule(function);
  const ArenaPlan arena = PlanBuffers({&schedule});
  EXPECT_EQ(arena.persistent_bytes, 3 * 1024);
  EXPECT_EQ(arena.peak_bytes, 5 * 1024);  // two of a, b, c at a time
  ExpectNoOverlap(schedule, arena.functions[0]);
}

TEST(Buffers, AlignsEveryPlaceToACacheLine) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[3], %y: f32[5]) -> (f32[3]) {
    %e = exp %x : f32[3]
    return e = %e
  })");
  const Schedule schedule = MakeSchedule(function);
  const ArenaPlan arena = PlanBuffers({&schedule});
  EXPECT_EQ(arena.persistent.at("x"), 0);
  EXPECT_EQ(arena.persistent.at("y"), 64);
  EXPECT_EQ(arena.persistent.at("e"), 128);
  EXPECT_EQ(arena.peak_bytes, 192);
}

TEST(Buffers, SharesArgumentsByNameAndOverlapsTemporariesOfFunctions) {
  ir::Function big = ParseFunction(kChain);
  ir::Function small = ParseFunction(kChain);
  small.set_name("g");
  const Schedule first = MakeSchedule(big);
  const Schedule second = MakeSchedule(small);
  const ArenaPlan arena = PlanBuffers({&first, &second});
  EXPECT_EQ(arena.peak_bytes, 5 * 1024);
}

TEST(Buffers, WritesAnElementwiseResultOverAnOperandThatIsDone) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[16, 16], %w: f32[16, 16]) -> (f32[16, 16]) {
    %a = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[16, 16]
    %b = matmul %a, %a {transpose_a = false, transpose_b = false} : f32[16, 16]
    %c = mul %a, %b : f32[16, 16]
    %d = matmul %c, %w {transpose_a = false, transpose_b = false} : f32[16, 16]
    return d = %d
  })");
  const Schedule schedule = MakeSchedule(function);
  const ArenaPlan arena = PlanBuffers({&schedule});
  ExpectNoOverlap(schedule, arena.functions[0]);
}

TEST(Buffers, ExpectedInPlaceUpdateNeedsNoTemporary) {
  const ir::Function function = ParseFunction(R"(func @f(%w: f32[100], %g: f32[100]) -> (f32[100]) {
    %n = sub %w, %g : f32[100]
    return w = %n
  })");
  const Schedule schedule = MakeSchedule(function);
  const ArenaPlan arena = PlanBuffers({&schedule});
  EXPECT_EQ(arena.peak_bytes, 2 * 448);
}

}  // namespace
}  // namespace nnc::codegen
