#include "codegen/work.h"

#include <gtest/gtest.h>

#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

// Of a function that is one kernel.
Work WorkOf(const std::string& text) {
  const ir::Function function = ParseFunction(text);
  const Schedule schedule = MakeSchedule(function);
  EXPECT_EQ(schedule.kernels.size(), 1u);
  return WorkOf(schedule, schedule.kernels.front());
}

TEST(Work, OfAProductIsTwoFlopsATermAndOneForEachOpOfItsEpilogue) {
  const Work work = WorkOf(R"(func @f(%x: f32[32, 2], %w: f32[3, 2], %b: f32[3]) -> (f32[32, 3]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = true} : f32[32, 3]
    %a = add %p, %b : f32[32, 3]
    %y = tanh %a : f32[32, 3]
    return y = %y
  })");
  EXPECT_EQ(work.flops, 2 * 32 * 3 * 2 + 2 * 32 * 3);
  EXPECT_EQ(work.bytes, 4 * (32 * 2 + 3 * 2 + 3 + 32 * 3));
}

TEST(Work, CountsWhatIsReadTwiceOnce) {
  const Work work = WorkOf(R"(func @f(%x: f32[8, 5], %b: f32[5]) -> (f32[8, 5]) {
    %a = add %x, %b : f32[8, 5]
    %y = mul %a, %x : f32[8, 5]
    return y = %y
  })");
  EXPECT_EQ(work.flops, 2 * 40);
  EXPECT_EQ(work.bytes, 4 * (40 + 5 + 40));
}

TEST(Work, CountsWhatIsUpdatedInPlaceAsReadAndStored) {
  const Work work = WorkOf(R"(func @f(%w: f32[10]) -> (f32[10]) {
    %y = mul %w, %w : f32[10]
    return w = %y
  })");
  EXPECT_EQ(work.bytes, 4 * (10 + 10));
}

TEST(Work, HasNoFlopsForComparingSelectingAndCasting) {
  const Work work = WorkOf(R"(func @f(%x: f32[7], %i: i32[7]) -> (f32[7]) {
    %f = cast %i {element = f32} : f32[7]
    %c = gt %x, %f : bool[7]
    %y = select %c, %x, %f : f32[7]
    return y = %y
  })");
  EXPECT_EQ(work.flops, 0);
  EXPECT_EQ(work.bytes, 3 * 7 * 4);
}

TEST(Work, OfAReductionIsOneFlopForEachElementFolded) {
  const Work work = WorkOf(R"(func @f(%x: f32[8, 5]) -> (f32[8]) {
    %y = reduce_sum %x {axes = [1], keepdims = false} : f32[8]
    return y = %y
  })");
  EXPECT_EQ(work.flops, 40);
  EXPECT_EQ(work.bytes, 4 * (40 + 8));
}

TEST(Work, CountsTheRowsOfATableThatAreTaken) {
  const Work work = WorkOf(R"(func @f(%table: f32[1000, 4], %i: i32[6]) -> (f32[6, 4]) {
    %y = take %table, %i : f32[6, 4]
    return y = %y
  })");
  EXPECT_EQ(work.flops, 0);
  EXPECT_EQ(work.bytes, 4 * (6 * 4 + 6 + 6 * 4));
}

TEST(Work, CountsThePartOfATensorThatIsRead) {
  const Work work = WorkOf(R"(func @f(%x: f32[1000]) -> (f32[10]) {
    %s = slice %x {axis = 0, limit = 20, start = 10} : f32[10]
    %y = neg %s : f32[10]
    return y = %y
  })");
  EXPECT_EQ(work.flops, 10);
  EXPECT_EQ(work.bytes, 4 * (10 + 10));
}

TEST(Work, OfACopyIsItsBytes) {
  const Work work = WorkOf("func @f(%x: f32[3]) -> (f32[3]) {\n return y = %x\n}");
  EXPECT_EQ(work.flops, 0);
  EXPECT_EQ(work.bytes, 2 * 3 * 4);
}

}  // namespace
}  // namespace nnc::codegen
