// Code that counts: Options::profile.
#include "codegen/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/codegen.h"
#include "tests/codegen/kernel_runner.h"
#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Options Profiled(int threads = 1) {
  Options options;
  options.threads = threads;
  options.profile = true;
  return options;
}

// A compiled function and an arena for it.
struct Running {
  explicit Running(const std::string& text, const Options& options)
      : function(ParseFunction(text)), compiled(Compile({&function}, {}, options)), arena(compiled.arena_bytes()) {}

  void Run(int times) {
    for (int i = 0; i < times; ++i) compiled.Run(function.name(), arena.At<std::byte>(0));
  }
  FunctionProfile Profile() { return compiled.Profile(function.name(), arena.At<std::byte>(0)); }

  ir::Function function;
  Compiled compiled;
  TestArena arena;
};

// Two kernels: the second reads all of the first's result.
constexpr const char* kProducts = R"(func @f(%x: f32[8, 8], %w: f32[8, 8]) -> (f32[8, 8]) {
  %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[8, 8]
  %y = matmul %p, %w {transpose_a = false, transpose_b = false} : f32[8, 8]
  return y = %y
})";

constexpr const char* kLoop = R"(func @f(%h: f32[4, 4], %w: f32[4, 4]) -> (f32[4, 4]) {
  %s = scan %h, %w {carries = 1, checkpoint = false, length = 10, reverse = false, scanned = 0} func @body(%h: f32[4, 4], %w: f32[4, 4]) -> (f32[4, 4]) {
    %p = matmul %h, %w {transpose_a = false, transpose_b = false} : f32[4, 4]
    %n = matmul %p, %w {transpose_a = false, transpose_b = false} : f32[4, 4]
    return h = %n
  } : (f32[4, 4])
  %last = part %s {index = 0} : f32[4, 4]
  return last = %last
})";

void ExpectOrdered(const Counts& inner, const Counts& outer) {
  EXPECT_LE(outer.begin, inner.begin);
  EXPECT_LE(inner.begin, inner.end);
  EXPECT_LE(inner.end, outer.end);
}

TEST(Profile, CountsEachCallOfEachKernel) {
  Running running(kProducts, Profiled());
  running.Run(3);
  const FunctionProfile profile = running.Profile();
  ASSERT_EQ(profile.runs.size(), 1u);
  EXPECT_EQ(profile.runs[0].calls, 3);
  EXPECT_EQ(profile.gathers[0].calls, 0);
  ASSERT_EQ(profile.kernels.size(), 2u);
  for (const KernelProfile& kernel : profile.kernels) {
    EXPECT_EQ(kernel.threads[0].calls, 3);
    ExpectOrdered(kernel.threads[0], profile.runs[0]);
  }
  EXPECT_EQ(profile.kernels[1].kernel.symbol, "f.1");
  EXPECT_LE(profile.kernels[0].threads[0].end, profile.kernels[1].threads[0].begin);
  EXPECT_LE(profile.kernels[0].threads[0].seconds + profile.kernels[1].threads[0].seconds, profile.runs[0].seconds);
}

TEST(Profile, CountsTheKernelsOfALoopInEachIteration) {
  Running running(kLoop, Profiled());
  running.Run(3);
  const FunctionProfile profile = running.Profile();
  const auto find = [&](const std::string& number) {
    return *std::ranges::find(profile.kernels, number, [](const KernelProfile& k) { return k.kernel.number; });
  };
  const KernelProfile loop = find("0"), first = find("0.0"), second = find("0.1");
  EXPECT_EQ(loop.kernel.kind, "scan");
  EXPECT_EQ(loop.threads[0].calls, 3);
  for (const KernelProfile& inner : {first, second}) {
    EXPECT_EQ(inner.kernel.calls, 10);
    EXPECT_EQ(inner.threads[0].calls, 30);
    ExpectOrdered(inner.threads[0], loop.threads[0]);
    EXPECT_LE(inner.threads[0].seconds, loop.threads[0].seconds);
  }
}

TEST(Profile, StartsAnewAndLeavesValuesAsTheyAre) {
  Running running(kProducts, Profiled());
  running.arena.At<float>(0)[0] = 2;
  running.Run(5);
  running.compiled.ResetProfile(running.arena.At<std::byte>(0));
  EXPECT_EQ(running.Profile().kernels[0].threads[0].calls, 0);
  EXPECT_EQ(running.arena.At<float>(0)[0], 2);
  running.Run(2);
  EXPECT_EQ(running.Profile().kernels[0].threads[0].calls, 2);
}

TEST(Profile, CountsOnEachThreadThatHasAPart) {
  Running running(R"(func @f(%x: f32[256, 256], %w: f32[256, 256]) -> (f32[256, 256], f32) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[256, 256]
    %c = slice %p {axis = 0, limit = 1, start = 0} : f32[1, 256]
    %s = reduce_sum %c {axes = [0, 1], keepdims = false} : f32
    return p = %p, s = %s
  })",
                  Profiled(2));
  running.Run(4);
  const FunctionProfile profile = running.Profile();
  EXPECT_EQ(profile.runs[1].calls, 4);
  ASSERT_EQ(profile.kernels.size(), 2u);
  EXPECT_EQ(profile.kernels[0].kernel.threads, 2);
  EXPECT_EQ(profile.kernels[0].threads[1].calls, 4);
  EXPECT_EQ(profile.kernels[1].kernel.threads, 1);
  EXPECT_EQ(profile.kernels[1].threads[0].calls, 4);
  EXPECT_EQ(profile.kernels[1].threads[1].calls, 0);
}

TEST(Profile, CountsTheGatheringOfBatches) {
  const ir::Function step = ParseFunction(R"(func @step(%x: f32[2]) -> (f32) {
    %loss = reduce_sum %x {axes = [0], keepdims = false} : f32
    return loss = %loss
  })");
  LoopSpec loop;
  loop.name = "loop";
  loop.entry = "step";
  loop.batch = 2;
  loop.fields = {"x"};
  loop.sums = {"loss"};
  const Compiled compiled = Compile({&step}, {loop}, Profiled());
  TestArena arena(compiled.arena_bytes());
  const float x[6] = {1, 2, 3, 4, 5, 6};
  const int64_t order[6] = {0, 1, 2, 3, 4, 5};
  const void* columns[] = {x};
  const int64_t* orders[] = {order};
  double sum = 0;
  LoopState state;
  state.arena = arena.At<std::byte>(0);
  state.columns = columns;
  state.orders = orders;
  state.rows = 6;
  state.batches = 3;
  state.sums = &sum;
  compiled.RunLoop("loop", state);
  const FunctionProfile profile = compiled.Profile("step", arena.At<std::byte>(0));
  EXPECT_EQ(profile.gathers[0].calls, 3);
  EXPECT_EQ(profile.runs[0].calls, 3);
  EXPECT_EQ(sum, 2 * 21);
}

TEST(Profile, ChangesNoResult) {
  const ir::Function f = ParseFunction(kLoop);
  const std::vector<ir::Tensor> arguments = SomeArguments(f);
  EXPECT_EQ(RunCompiled(f, arguments, Profiled(2))[0].floats(), RunCompiled(f, arguments)[0].floats());
}

TEST(Profile, IsNotInCodeThatWasCompiledWithoutIt) {
  const ir::Function f = ParseFunction(kLoop);
  EXPECT_THAT(EmitLlvm({&f}, {}, {}), AllOf(Not(HasSubstr("counter")), Not(HasSubstr("nnc.ticks"))));
  EXPECT_THAT(EmitLlvm({&f}, {}, Profiled()), HasSubstr("counter"));
  EXPECT_LT(Compile({&f}, {}, {}).arena_bytes(), Compile({&f}, {}, Profiled()).arena_bytes());
}

}  // namespace
}  // namespace nnc::codegen
