#include "codegen/split_reductions.h"

#include <gtest/gtest.h>

#include "ir/diagnostics.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

std::string Split(const std::string& text) {
  const ir::Function function = SplitReductions(ParseFunction(text));
  ir::VerifyAfter("split_reductions", function);
  SourceManager sources;
  return ir::Print(function, sources, {.locations = false});
}

TEST(SplitReductions, ChangesNothingWhereNoRowIsNeeded) {
  const std::string text = R"(func @f(%x: f32[4, 5]) -> (f32) {
  %e = exp %x : f32[4, 5]
  %s = reduce_sum %e {axes = [0, 1], keepdims = false} : f32
  return s = %s
}
)";
  EXPECT_EQ(Split(text), text);
}

TEST(SplitReductions, FoldsTheLastAxisFirstWhereTheOperandNeedsAFoldOverIt) {
  EXPECT_EQ(Split(R"(func @f(%x: f32[4, 5]) -> (f32) {
  %m = reduce_max %x {axes = [1], keepdims = true} : f32[4, 1]
  %d = sub %x, %m : f32[4, 5]
  %s = reduce_sum %d {axes = [0, 1], keepdims = false} : f32
  return s = %s
}
)"),
            R"(func @f(%x: f32[4, 5]) -> (f32) {
  %m = reduce_max %x {axes = [1], keepdims = true} : f32[4, 1]
  %d = sub %x, %m : f32[4, 5]
  %s.row = reduce_sum %d {axes = [1], keepdims = false} : f32[4]
  %s = reduce_sum %s.row {axes = [0], keepdims = false} : f32
  return s = %s
}
)");
}

TEST(SplitReductions, KeepsAxesThatTheReductionKeeps) {
  EXPECT_EQ(Split(R"(func @f(%x: f32[4, 5]) -> (f32[1, 1]) {
  %m = reduce_max %x {axes = [1], keepdims = true} : f32[4, 1]
  %d = sub %x, %m : f32[4, 5]
  %s = reduce_sum %d {axes = [0, 1], keepdims = true} : f32[1, 1]
  return s = %s
}
)"),
            R"(func @f(%x: f32[4, 5]) -> (f32[1, 1]) {
  %m = reduce_max %x {axes = [1], keepdims = true} : f32[4, 1]
  %d = sub %x, %m : f32[4, 5]
  %s.row = reduce_sum %d {axes = [1], keepdims = true} : f32[4, 1]
  %s = reduce_sum %s.row {axes = [0], keepdims = true} : f32[1, 1]
  return s = %s
}
)");
}

}  // namespace
}  // namespace nnc::codegen
