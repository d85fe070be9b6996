#include "codegen/jit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <string>

#include "codegen/vector_math.h"
#include "ir/diagnostics.h"
#include "tests/codegen/kernel_runner.h"

namespace nnc::codegen {
namespace {

// A module whose one kernel doubles a full vector of floats at the arena's start.
OwnedModule Doubling(const Target& target) {
  OwnedModule owned = NewModule("doubling", target);
  Emitter e(*owned.module, "kernel", target);
  const Pointer place = e.Arena(ir::Element::kF32, 0);
  llvm::Value* value = e.Load(place, target.Lanes(ir::Element::kF32));
  e.Store(place, e.Add(value, value));
  e.Finish();
  return owned;
}

TEST(Jit, RunsAtEveryOptimizationLevel) {
  for (int level = 0; level <= 3; ++level) {
    const Target target = DescribeTarget();
    OwnedModule owned = Doubling(target);
    OptimizeModule(*owned.module, target, level);
    const Jit jit(std::move(owned), target, level);
    TestArena arena(64);
    arena.At<float>(0)[3] = 1.5f;
    Team(1).Run(reinterpret_cast<Team::Function>(jit.Address("kernel")), arena.At<std::byte>(0));
    EXPECT_EQ(arena.At<float>(0)[3], 3.0f);
  }
}

TEST(Jit, KeepsVectorsAsWideAsTheTarget) {
  const Target wide = DescribeTarget("skylake-avx512"), narrow = DescribeTarget("haswell");
  EXPECT_THAT(AssemblyText(*Doubling(wide).module, wide, 2), testing::HasSubstr("zmm"));
  const std::string text = AssemblyText(*Doubling(narrow).module, narrow, 2);
  EXPECT_THAT(text, testing::AllOf(testing::HasSubstr("ymm"), testing::Not(testing::HasSubstr("zmm"))));
}

TEST(Jit, PrintsWhatItCompiles) {
  const Target target = DescribeTarget();
  EXPECT_THAT(ModuleText(*Doubling(target).module), testing::HasSubstr("define void @kernel(ptr align 64 %arena"));
}

TEST(Jit, RemovesWhatIsComputedTwice) {
  const Target target = DescribeTarget();
  OwnedModule owned = NewModule("twice", target);
  Emitter e(*owned.module, "kernel", target);
  llvm::Value* x = e.Load(e.Arena(ir::Element::kF32, 0), 8);
  e.Store(e.Arena(ir::Element::kF32, 64), e.Add(e.Mul(x, x), e.Mul(x, x)));
  e.Finish();
  OptimizeModule(*owned.module, target, 2);
  const std::string text = ModuleText(*owned.module);
  EXPECT_EQ(text.find("fmul"), text.rfind("fmul")) << text;
}

TEST(Jit, SeesOnlyListedFunctionsOfTheProcess) {
  const Target target = DescribeTarget();
  OwnedModule owned = NewModule("stranger", target);
  Emitter e(*owned.module, "kernel", target);
  auto* type = llvm::FunctionType::get(e.ir().getVoidTy(), false);
  e.ir().CreateCall(e.module().getOrInsertFunction("abort", type), {});
  e.Finish();
  const Jit jit(std::move(owned), target, 2);
  testing::internal::CaptureStderr();
  try {
    jit.Address("kernel");
    ADD_FAILURE() << "linked against abort";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostic().kind, DiagnosticKind::kInternal);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "LLVM's own words mean nothing to a user";
}

// The access of the process's memory around `address`, as in /proc/self/maps: "r-xp".
std::string AccessTo(const void* address) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    uintptr_t begin = 0, end = 0;
    char access[5] = {};
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %4s", &begin, &end, access) != 3) continue;
    const auto place = reinterpret_cast<uintptr_t>(address);
    if (place >= begin && place < end) return access;
  }
  return "";
}

TEST(Jit, PutsCodeWhereNothingCanWrite) {
  const Target target = DescribeTarget();
  const Jit jit(Doubling(target), target, 2);
  EXPECT_EQ(AccessTo(jit.Address("kernel")), "r-xp");
}

TEST(Jit, CallsTheListedFunctions) {
  const Target target = DescribeTarget();
  TestKernel kernel(target, 1, [](Emitter& e) {
    e.Store(e.Arena(ir::Element::kF64, 0), VectorExp(e, e.Load(e.Arena(ir::Element::kF64, 0))));
  });
  TestArena arena(8);
  kernel.Run(arena);
  EXPECT_EQ(arena.At<double>(0)[0], 1.0);
}

TEST(Jit, ReportsAMalformedModuleAsAFaultOfTheCompiler) {
  const Target target = DescribeTarget();
  OwnedModule owned = NewModule("broken", target);
  Emitter e(*owned.module, "kernel", target);  // its block has no end
  EXPECT_THROW(OptimizeModule(*owned.module, target, 2), Failure);
  EXPECT_THROW(AssemblyText(*owned.module, target, 2), Failure);
  EXPECT_THROW(Jit(std::move(owned), target, 2), Failure);
}

TEST(Target, KnowsVectorsAndRegistersOfAProcessor) {
  const Target avx512 = DescribeTarget("skylake-avx512"), avx2 = DescribeTarget("haswell"),
               sse = DescribeTarget("x86-64");
  EXPECT_EQ(avx512.Lanes(ir::Element::kF32), 16);
  EXPECT_EQ(avx512.Lanes(ir::Element::kBF16), 16);
  EXPECT_EQ(avx512.Lanes(ir::Element::kF64), 8);
  EXPECT_EQ(avx512.vector_registers, 32);
  EXPECT_EQ(avx2.Lanes(ir::Element::kF32), 8);
  EXPECT_EQ(avx2.vector_registers, 16);
  EXPECT_EQ(sse.Lanes(ir::Element::kF32), 4);
}

TEST(Target, DoesNotDependOnTheHostWhereAProcessorIsNamed) {
  const Target target = DescribeTarget("haswell");
  EXPECT_EQ(target.features, "");
  EXPECT_EQ(target.l1_bytes, 32 << 10);
}

TEST(Target, RejectsAnUnknownProcessorAndOffersACloseOne) {
  try {
    DescribeTarget("haswel");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostic().kind, DiagnosticKind::kUsage);
    EXPECT_THAT(failure.diagnostic().help, testing::HasSubstr("haswell"));
  }
}

}  // namespace
}  // namespace nnc::codegen
