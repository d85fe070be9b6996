#include "codegen/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

using testing::ElementsAre;

// "loop a b", "reduce c": the kind and the buffers written, a kernel a line.
std::vector<std::string> Kernels(const Schedule& schedule) {
  std::vector<std::string> lines;
  for (const Kernel& kernel : schedule.kernels) {
    std::string line(Name(kernel.kind));
    for (const Store& store : kernel.stores) line += " " + schedule.buffers[static_cast<size_t>(store.buffer)].name;
    lines.push_back(line);
  }
  return lines;
}
std::vector<std::string> Kernels(const ir::Function& function) { return Kernels(MakeSchedule(function)); }
std::vector<std::string> Kernels(const std::string& text) { return Kernels(ParseFunction(text)); }

TEST(Schedule, KeepsAnElementwiseChainInOneKernel) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[8, 5], %b: f32[5]) -> (f32[8, 5]) {
    %a = add %x, %b : f32[8, 5]
    %e = exp %a : f32[8, 5]
    %y = mul %e, %x : f32[8, 5]
    return y = %y
  })"),
              ElementsAre("loop y"));
}

TEST(Schedule, DoesNothingForAnArgumentThatStaysAsItIs) {
  EXPECT_THAT(Kernels("func @f(%x: f32[3]) -> (f32[3]) {\n return x = %x\n}"), ElementsAre());
}

TEST(Schedule, CopiesAnArgumentToAResultOfAnotherName) {
  EXPECT_THAT(Kernels("func @f(%x: f32[3]) -> (f32[3]) {\n return y = %x\n}"), ElementsAre("copy y"));
}

TEST(Schedule, StoresAValueThatTwoResultsShareInOnePass) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[8]) -> (f32[8], f32[8]) {
    %e = exp %x : f32[8]
    %y = mul %e, %x : f32[8]
    return e = %e, y = %y
  })"),
              ElementsAre("loop e y"));
}

TEST(Schedule, GivesWhatGoesAlongLinesAKernelOfItsOwn) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[8, 100]) -> (f32[8, 100]) {
    %e = exp %x : f32[8, 100]
    %c = cumsum %e {axis = 1} : f32[8, 100]
    %y = div %e, %c : f32[8, 100]
    return y = %y
  })"),
              ElementsAre("loop e", "line c", "loop y"));
}

TEST(Schedule, MakesASoftmaxOneKernel) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[8, 100]) -> (f32[8, 100]) {
    %m = reduce_max %x {axes = [1], keepdims = true} : f32[8, 1]
    %s = sub %x, %m : f32[8, 100]
    %e = exp %s : f32[8, 100]
    %t = reduce_sum %e {axes = [1], keepdims = true} : f32[8, 1]
    %y = div %e, %t : f32[8, 100]
    return y = %y
  })"),
              ElementsAre("row y"));
}

// The gradient of a layer norm reads the centred values and the deviation too: they are stored on the way.
TEST(Schedule, MakesALayerNormOneKernelThatStoresItsStatistics) {
  const ir::Function function =
      ParseFunction(R"(func @f(%x: f32[8, 100], %w: f32[100, 100]) -> (f32[8, 100], f32[8, 100]) {
    %n = constant {element = f32, shape = [], value = 0.01} : f32
    %s = reduce_sum %x {axes = [1], keepdims = true} : f32[8, 1]
    %m = mul %s, %n : f32[8, 1]
    %c = sub %x, %m : f32[8, 100]
    %q = mul %c, %c : f32[8, 100]
    %v = reduce_sum %q {axes = [1], keepdims = true} : f32[8, 1]
    %r = rsqrt %v : f32[8, 1]
    %y = mul %c, %r : f32[8, 100]
    %z = matmul %y, %w {transpose_a = false, transpose_b = false} : f32[8, 100]
    %e = mul %z, %r : f32[8, 100]
    %u = mul %e, %c : f32[8, 100]
    return y = %y, u = %u
  })");
  EXPECT_THAT(Kernels(function), ElementsAre("row c r y", "matmul u"));
  ExpectSameAsEvaluator(function, SomeArguments(function));
}

// %t costs less to make again from %a and %b, which both readers have, than to store and read.
TEST(Schedule, MakesAgainWhatIsCheaperThanMemory) {
  EXPECT_THAT(Kernels(R"(func @f(%a: f32[100, 8], %b: f32[100, 8], %w: f32[8, 8]) -> (f32[100, 8], f32[100, 8]) {
    %t = mul %a, %b : f32[100, 8]
    %u = add %t, %a : f32[100, 8]
    %v = sub %u, %b : f32[100, 8]
    %p = matmul %v, %w {transpose_a = false, transpose_b = false} : f32[100, 8]
    %q = exp %p : f32[100, 8]
    %x = mul %t, %q : f32[100, 8]
    %y = add %x, %a : f32[100, 8]
    %z = sub %y, %b : f32[100, 8]
    return v = %v, z = %z
  })"),
              ElementsAre("loop v", "matmul z"));
}

// The gradient makes %m again from %a, so the forward kernel, its one reader left, need not store it.
TEST(Schedule, DoesNotStoreWhatAllOthersMakeAgain) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[100, 8], %w: f32[8, 8]) -> (f32[100, 8], f32[100, 8]) {
    %k = constant {element = f32, shape = [], value = -0.5} : f32
    %a = sin %x : f32[100, 8]
    %e = exp %a : f32[100, 8]
    %m = max %a, %k : f32[100, 8]
    %y = mul %m, %e : f32[100, 8]
    %p = matmul %y, %w {transpose_a = false, transpose_b = false} : f32[100, 8]
    %u = mul %p, %m : f32[100, 8]
    %v = mul %u, %a : f32[100, 8]
    %z = mul %v, %e : f32[100, 8]
    return y = %y, z = %z
  })");
  EXPECT_THAT(Kernels(function), ElementsAre("loop a e y", "matmul z"));
  ExpectSameAsEvaluator(function, SomeArguments(function));
}

// Heads of an attention: [2 * 5, 3 * 16] of rows (n, t) and columns (h, d), stored as [n, h, t, d].
TEST(Schedule, StoresAProductThroughReshapesAndTransposes) {
  const ir::Function function =
      ParseFunction(R"(func @f(%x: f32[10, 7], %w: f32[7, 48], %b: f32[3, 5, 16]) -> (f32[2, 3, 5, 16]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[10, 48]
    %r = reshape %p {shape = [2, 5, 3, 16]} : f32[2, 5, 3, 16]
    %t = transpose %r {axes = [0, 2, 1, 3]} : f32[2, 3, 5, 16]
    %y = add %t, %b : f32[2, 3, 5, 16]
    return y = %y
  })");
  EXPECT_THAT(Kernels(function), ElementsAre("matmul y"));
  ExpectSameAsEvaluator(function, SomeArguments(function));
}

TEST(Schedule, KeepsLanesOfAProductSideBySide) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[10, 7], %w: f32[7, 48]) -> (f32[3, 16, 10]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[10, 48]
    %r = reshape %p {shape = [10, 3, 16]} : f32[10, 3, 16]
    %t = transpose %r {axes = [1, 2, 0]} : f32[3, 16, 10]
    %y = exp %t : f32[3, 16, 10]
    return y = %y
  })");
  EXPECT_THAT(Kernels(function), ElementsAre("matmul p", "loop y"));
  ExpectSameAsEvaluator(function, SomeArguments(function));
}

TEST(Schedule, MakesASoftmaxOverTheFirstAxisOneKernel) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[8, 100]) -> (f32[8, 100]) {
    %m = reduce_max %x {axes = [0], keepdims = true} : f32[1, 100]
    %s = sub %x, %m : f32[8, 100]
    return y = %s
  })"),
              ElementsAre("row y"));
}

TEST(Schedule, FusesABiasAndAnActivationIntoTheProduct) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[8, 5], %w: f32[6, 5], %b: f32[6]) -> (f32[8, 6]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = true} : f32[8, 6]
    %a = add %p, %b : f32[8, 6]
    %y = tanh %a : f32[8, 6]
    return y = %y
  })"),
              ElementsAre("matmul y"));
}

TEST(Schedule, FusesAnUpdateIntoTheGradientThatItAloneReads) {
  EXPECT_THAT(Kernels(R"(func @f(%d: f32[8, 6], %x: f32[8, 5], %w: f32[6, 5], %b: f32[6]) -> (f32[6, 5], f32[6]) {
    %rate = constant {element = f32, shape = [], value = 0.1} : f32
    %g = matmul %d, %x {transpose_a = true, transpose_b = false} : f32[6, 5]
    %s = mul %rate, %g : f32[6, 5]
    %w2 = sub %w, %s : f32[6, 5]
    %h = reduce_sum %d {axes = [0], keepdims = false} : f32[6]
    %t = mul %rate, %h : f32[6]
    %b2 = sub %b, %t : f32[6]
    return w = %w2, b = %b2
  })"),
              ElementsAre("matmul w", "reduce b"));
}

TEST(Schedule, UpdatesAnArgumentAfterItsLastReader) {
  EXPECT_THAT(Kernels(R"(func @f(%w: f32[6, 5], %x: f32[5, 6]) -> (f32[6, 5], f32[6, 6]) {
    %w2 = exp %w : f32[6, 5]
    %p = matmul %w, %x {transpose_a = false, transpose_b = false} : f32[6, 6]
    return w = %w2, p = %p
  })"),
              ElementsAre("matmul p", "loop w"));
}

TEST(Schedule, CopiesANewValueThatIsNeededBeforeTheOldOneIsDone) {
  EXPECT_THAT(Kernels(R"(func @f(%w: f32[6, 6]) -> (f32[6, 6], f32[6, 6]) {
    %w2 = exp %w : f32[6, 6]
    %p = matmul %w, %w2 {transpose_a = false, transpose_b = false} : f32[6, 6]
    return w = %w2, p = %p
  })"),
              ElementsAre("loop w2", "matmul p", "copy w"));
}

TEST(Schedule, DoesNotWriteATransposeOverItsOperand) {
  EXPECT_THAT(Kernels(R"(func @f(%w: f32[6, 6]) -> (f32[6, 6]) {
    %t = transpose %w {axes = [1, 0]} : f32[6, 6]
    return w = %t
  })"),
              ElementsAre("loop t", "copy w"));
}

TEST(Schedule, SwapsTwoArguments) {
  EXPECT_THAT(Kernels("func @f(%a: f32[3], %b: f32[3]) -> (f32[3], f32[3]) {\n return a = %b, b = %a\n}"),
              ElementsAre("copy b", "copy a", "copy a", "copy b"));
}

TEST(Schedule, GivesAReshapeTheMemoryOfItsOperand) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[4, 6], %w: f32[8, 3]) -> (f32[3, 3]) {
    %e = exp %x : f32[4, 6]
    %r = reshape %e {shape = [3, 8]} : f32[3, 8]
    %p = matmul %r, %w {transpose_a = false, transpose_b = false} : f32[3, 3]
    return p = %p
  })");
  EXPECT_THAT(Kernels(function), ElementsAre("loop e", "matmul p"));
  const Schedule schedule = MakeSchedule(function);
  EXPECT_EQ(schedule.buffer_of[2], schedule.buffer_of[3]);
}

TEST(Schedule, ReadsViewsInPlace) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[4, 6]) -> (f32[3, 4]) {
    %t = transpose %x {axes = [1, 0]} : f32[6, 4]
    %s = slice %t {axis = 0, limit = 5, start = 2} : f32[3, 4]
    %r = reverse %s {axis = 1} : f32[3, 4]
    %y = exp %r : f32[3, 4]
    return y = %y
  })"),
              ElementsAre("loop y"));
}

TEST(Schedule, ComputesADearBroadcastValueOnce) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[40, 60], %b: f32[60]) -> (f32[40, 60]) {
    %e = exp %b : f32[60]
    %y = mul %x, %e : f32[40, 60]
    return y = %y
  })"),
              ElementsAre("loop e", "loop y"));
}

TEST(Schedule, MergesReductionsOverTheSameAxes) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[8, 100]) -> (f32[8], f32[8]) {
    %s = reduce_sum %x {axes = [1], keepdims = false} : f32[8]
    %m = reduce_max %x {axes = [1], keepdims = false} : f32[8]
    return s = %s, m = %m
  })"),
              ElementsAre("reduce s m"));
}

// %w gets its new value, by a rate that the program makes at its end, before the products that do not need it.
TEST(Schedule, RunsAnUpdateWithTheGradientThatItIsFusedInto) {
  EXPECT_THAT(Kernels(R"(func @f(%x: f32[64, 64], %w: f32[64, 64], %step: f32) -> (f32[64, 64], f32[64, 64], f32) {
    %d = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[64, 64]
    %g = matmul %x, %d {transpose_a = true, transpose_b = false} : f32[64, 64]
    %h = matmul %d, %x {transpose_a = false, transpose_b = false} : f32[64, 64]
    %k = matmul %h, %x {transpose_a = false, transpose_b = false} : f32[64, 64]
    %rate = exp %step : f32
    %u = mul %g, %rate : f32[64, 64]
    %n = sub %w, %u : f32[64, 64]
    return w = %n, k = %k, rate = %rate
  })"),
              ElementsAre("matmul d", "loop rate", "matmul w", "matmul h", "matmul k"));
}

// A copy that waits for %late is computed after it; one that does not runs with its original.
TEST(Schedule, ComputesAValueAfterWhatItWaitsFor) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[64, 64]) -> (f32[64, 64], f32[64, 64]) {
    %e = exp %x : f32[64, 64]
    %late = matmul %e, %x {transpose_a = false, transpose_b = false} : f32[64, 64]
    %p = matmul %late, %x {transpose_a = false, transpose_b = false} : f32[64, 64]
    %again = exp %x : f32[64, 64]
    %q = matmul %again, %late {transpose_a = false, transpose_b = false} : f32[64, 64]
    return p = %p, q = %q
  })");
  const ir::Value late{2}, again{4};
  EXPECT_THAT(Kernels(MakeSchedule(function)), ElementsAre("loop e again", "matmul late", "matmul p", "matmul q"));
  EXPECT_THAT(Kernels(MakeSchedule(function, {{again, late}})),
              ElementsAre("loop e", "matmul late", "matmul p", "loop again", "matmul q"));
}

}  // namespace
}  // namespace nnc::codegen
