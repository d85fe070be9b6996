// Loops as native code: their schedules, their memory, and their results, which no number of threads changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ir/builder.h"
#include "ir/specialize.h"
#include "passes/pipeline.h"
#include "tests/codegen/run_compiled.h"
#include "tests/ir/scan_samples.h"

namespace nnc::codegen {
namespace {

using ir::Value;
using testing::HasSubstr;

// A recurrent layer over [T, N, D] with H units, and the loss sum of squares of its outputs.
ir::Function Recurrent(int64_t time, int64_t batch, int64_t units, bool checkpoint = false) {
  std::string text = R"(func @f(%h: f32[N, H], %xs: f32[T, N, H], %w: f32[H, H], %b: f32[H]) -> (f32[N, H], f32) {
    %s = scan %h, %xs, %w, %b {carries = 1, checkpoint = CHECKPOINT, length = T, reverse = false, scanned = 1} func @body(%h: f32[N, H], %x: f32[N, H], %w: f32[H, H], %b: f32[H]) -> (f32[N, H], f32[N, H]) {
      %p = matmul %h, %w {transpose_a = false, transpose_b = false} : f32[N, H]
      %q = add %p, %x : f32[N, H]
      %z = add %q, %b : f32[N, H]
      %n = tanh %z : f32[N, H]
      return h = %n, y = %n
    } : (f32[N, H], f32[T, N, H])
    %last = part %s {index = 0} : f32[N, H]
    %all = part %s {index = 1} : f32[T, N, H]
    %squares = mul %all, %all : f32[T, N, H]
    %loss = reduce_sum %squares {axes = [0, 1, 2], keepdims = false} : f32
    return last = %last, loss = %loss
  })";
  text.replace(text.find("CHECKPOINT"), 10, checkpoint ? "true" : "false");
  return ir::Specialize(ParseFunction(text), {{"T", ir::Dim(time)}, {"N", ir::Dim(batch)}, {"H", ir::Dim(units)}});
}

// The same with the derivative of the loss by each argument, optimised.
ir::Function WithGradients(ir::Function f) {
  ir::Builder b(f);
  Value loss = f.results().back().value;
  for (uint32_t i = 0; i < f.argument_count(); ++i) {
    f.AddResult("d." + f.node(Value{i}).name, b.Grad(loss, Value{i}));
  }
  return passes::Optimize(f);
}

std::vector<ir::Tensor> SmallArguments(const ir::Function& function) {
  std::vector<ir::Tensor> arguments = SomeArguments(function);
  for (ir::Tensor& argument : arguments) {
    for (double& x : argument.floats()) x *= 0.125;  // exact, and far from where tanh is flat
  }
  return arguments;
}

TEST(ScanCode, RunsBackwardPasses) {
  for (bool checkpoint : {false, true}) {
    const ir::Function f = WithGradients(Recurrent(6, 5, 9, checkpoint));
    ExpectSameAsEvaluator(f, SmallArguments(f), {}, 1e-4);
  }
}

TEST(ScanCode, RunsDerivativesOfDerivatives) {
  ir::Function f = Recurrent(4, 2, 3);
  ir::Builder b(f);
  Value d = b.Grad(f.results().back().value, Value{2});
  Value y = b.ReduceAll(ir::Op::kReduceSum, b.Mul(d, d));
  f.AddResult("second", b.Grad(y, Value{2}));
  f = passes::Optimize(f);
  ExpectSameAsEvaluator(f, SmallArguments(f), {}, 1e-3);
}

TEST(ScanCode, RunsGradientsOfEverySample) {
  for (ir::OpSample& sample : ir::ScanSamples(ir::SampleValues::kSmooth)) {
    SCOPED_TRACE(sample.name);
    ir::Function f = sample.function;
    ir::Builder b(f);
    Value result = f.results()[0].value;
    if (!ir::IsFloat(f.type(result).element)) continue;
    Value loss = b.ReduceAll(ir::Op::kReduceSum, b.Sin(result));
    for (uint32_t i = 0; i < f.argument_count(); ++i) {
      if (ir::IsFloat(f.type(Value{i}).element)) f.AddResult("d" + std::to_string(i), b.Grad(loss, Value{i}));
    }
    ExpectSameAsEvaluator(passes::Optimize(f), sample.arguments, {}, 1e-3);
  }
}

TEST(ScanCode, GivesTheSameBitsOnAnyNumberOfThreads) {
  const ir::Function f = WithGradients(Recurrent(5, 64, 96));
  const std::vector<ir::Tensor> arguments = SmallArguments(f);
  Options one, two, three;
  two.threads = 2;
  three.threads = 3;
  EXPECT_THAT(EmitKernels({&f}, two, {}), HasSubstr("matmul  64x96 -> %y"));
  EXPECT_THAT(EmitKernels({&f}, two, {}), HasSubstr("on 2 threads"));
  const auto expected = RunCompiled(f, arguments, one);
  for (const Options& options : {two, three}) {
    const auto actual = RunCompiled(f, arguments, options);
    for (size_t r = 0; r < expected.size(); ++r) EXPECT_EQ(actual[r].floats(), expected[r].floats()) << r;
  }
}

int64_t TemporaryBytes(const ir::Function& f) {
  const Compiled compiled = Compile({&f}, {}, {});
  return compiled.arena_bytes() - compiled.persistent_bytes();
}

// A thousand iterations take what ten take for themselves and a hundred times what they save.
// As they are where common subexpressions stay.
TEST(ScanCode, EqualPartsOfALoopAreInOnePlace) {
  const ir::Function f = ParseFunction(R"(func @f(%xs: f32[3, 2]) -> (f32[3, 2], f32[3, 2], f32[3, 2]) {
    %s = scan %xs {carries = 0, checkpoint = false, length = 3, reverse = false, scanned = 1} func @body(%x: f32[2]) -> (f32[2]) {
      %y = exp %x : f32[2]
      return y = %y
    } : (f32[3, 2])
    %a = part %s {index = 0} : f32[3, 2]
    %b = part %s {index = 0} : f32[3, 2]
    %c = part %s {index = 0} : f32[3, 2]
    %n = neg %c : f32[3, 2]
    return a = %a, b = %b, n = %n
  })");
  ExpectSameAsEvaluator(f, SomeArguments(f));
}

TEST(ScanMemory, GrowsLinearlyWithTheNumberOfIterations) {
  constexpr int64_t kState = 4 * 8 * 16;  // bytes of a carry
  const int64_t hundred = TemporaryBytes(WithGradients(Recurrent(100, 8, 16)));
  const int64_t thousand = TemporaryBytes(WithGradients(Recurrent(1000, 8, 16)));
  EXPECT_LE(thousand, 10 * hundred);
  EXPECT_LE(thousand, 1000 * kState * 5);
}

TEST(ScanMemory, ForwardKeepsNoIteration) {
  EXPECT_EQ(TemporaryBytes(passes::Optimize(Recurrent(10, 8, 16))) - 10 * 4 * 8 * 16,
            TemporaryBytes(passes::Optimize(Recurrent(1000, 8, 16))) - 1000 * 4 * 8 * 16);
}

TEST(ScanMemory, CheckpointSavesCarriesAlone) {
  const char* text = R"(func @f(%h: f32[512], %xs: f32[1000], %k: f32[512]) -> (f32) {
    %s = scan %h, %xs, %k {carries = 1, checkpoint = CHECKPOINT, length = 1000, reverse = false, scanned = 1} func @body(%h: f32[512], %x: f32, %k: f32[512]) -> (f32[512]) {
      %a = mul %h, %x : f32[512]
      %b = sin %a : f32[512]
      %c = exp %b : f32[512]
      %d = mul %c, %k : f32[512]
      %n = tanh %d : f32[512]
      return h = %n
    } : (f32[512])
    %last = part %s {index = 0} : f32[512]
    %loss = reduce_sum %last {axes = [0], keepdims = false} : f32
    return loss = %loss
  })";
  const auto bytes = [&](const std::string& checkpoint) {
    std::string program = text;
    program.replace(program.find("CHECKPOINT"), 10, checkpoint);
    return TemporaryBytes(WithGradients(ParseFunction(program)));
  };
  EXPECT_LT(bytes("true") * 2, bytes("false"));
}

TEST(ScanSchedule, BodiesArePrintedUnderTheirLoops) {
  const ir::Function f = passes::Optimize(Recurrent(10, 8, 16));
  EXPECT_THAT(EmitKernels({&f}, {}, {}),
              HasSubstr("scan    1 -> %last, %all [scan] {10 iterations} on 1 thread\n    0.0 matmul "));
  EXPECT_THAT(EmitMemory({&f}, {}), HasSubstr("argument moving by 512\n"));
}

TEST(ScanSchedule, AResultIsWrittenOverItsArgument) {
  ExpectSameAsEvaluator(ParseFunction(R"(func @f(%h: f32[3], %xs: f32[4, 3]) -> (f32[3], f32[3], f32[4, 3]) {
    %s = scan %h, %xs {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} func @body(%h: f32[3], %x: f32[3]) -> (f32[3], f32[3]) {
      %n = sub %x, %h : f32[3]
      return h = %n, y = %h
    } : (f32[3], f32[4, 3])
    %last = part %s {index = 0} : f32[3]
    %all = part %s {index = 1} : f32[4, 3]
    return h = %last, copy = %last, xs = %all
  })"),
                        {ir::Tensor::Floats({3}, {1, 2, 3}),
                         ir::Tensor::Floats({4, 3}, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048})});
}

}  // namespace
}  // namespace nnc::codegen
