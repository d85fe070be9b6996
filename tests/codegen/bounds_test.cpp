// Checked code ends where it would touch what is not its own, and does so nowhere else.
#include "codegen/bounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codegen/codegen.h"
#include "codegen/memory_kernels.h"
#include "tests/codegen/kernel_runner.h"

namespace nnc::codegen {
namespace {

using ir::Element;
using testing::ExitedWithCode;

constexpr int64_t kBytes = 256;  // 64 elements of f32, in an arena of twice as many

// Code over an arena of which it may touch the first kBytes.
TestKernel Checked(const std::function<void(Emitter&)>& emit) {
  return TestKernel(DescribeTarget(), 1, emit, [](Emitter& emitter) {
    BoundsChecks checks;
    checks.Allow(emitter.arguments().arena, emitter.Index(kBytes));
    checks.AddTo(*emitter.function());
  });
}

void ExpectInside(const std::function<void(Emitter&)>& emit) {
  TestArena arena(2 * kBytes);
  Checked(emit).Run(arena);
}

void ExpectOutside(const std::function<void(Emitter&)>& emit, const std::string& message) {
  TestArena arena(2 * kBytes);
  TestKernel kernel = Checked(emit);
  EXPECT_EXIT(kernel.Run(arena), ExitedWithCode(70), message);
}

// Moves a number to the first element, so that it is not dead.
void Use(Emitter& e, llvm::Value* value) {
  if (Emitter::LanesOf(value) > 1) value = e.FoldAdd(value);
  e.Store(e.Arena(Element::kF32, 0), value);
}

TEST(Bounds, OfAnElement) {
  ExpectInside([](Emitter& e) { Use(e, e.Load(e.Arena(Element::kF32, kBytes - 4))); });
  ExpectOutside([](Emitter& e) { Use(e, e.Load(e.Arena(Element::kF32, kBytes))); },
                "E9999.*kernel touches 4 bytes at 256 of 256 bytes");
  ExpectOutside([](Emitter& e) { e.Store(e.Advance(e.Arena(Element::kF32, 0), -1), e.Constant(Element::kF32, 1)); },
                "touches 4 bytes at -4 of 256");
}

TEST(Bounds, OfAVectorThatEndsTooLate) {
  ExpectInside([](Emitter& e) { Use(e, e.Load(e.Arena(Element::kF32, kBytes - 32), 8)); });
  ExpectOutside([](Emitter& e) { Use(e, e.Load(e.Arena(Element::kF32, kBytes - 28), 8)); },
                "touches 32 bytes at 228 of 256");
}

TEST(Bounds, OfMaskedLanesOnly) {
  const auto store = [](Emitter& e, int64_t active) {
    e.Store(e.Arena(Element::kF32, kBytes - 12), e.Constant(Element::kF32, 1, 8), active);
  };
  ExpectInside([&](Emitter& e) { store(e, 3); });
  ExpectOutside([&](Emitter& e) { store(e, 5); }, "touches 4 bytes at 256 of 256");
  ExpectInside([](Emitter& e) { Use(e, e.Load(e.Arena(Element::kF32, kBytes - 12), 8, 3)); });
  ExpectOutside([](Emitter& e) { Use(e, e.Load(e.Arena(Element::kF32, kBytes - 12), 8, 4)); }, "at 256 of 256");
}

TEST(Bounds, OfGatheredAndScatteredElements) {
  const auto gather = [](Emitter& e, int64_t last, int64_t active) {
    Use(e, e.Gather(e.Arena(Element::kF32, 0), e.Ramp(e.Index(last - 7), 1, 8), active));
  };
  ExpectInside([&](Emitter& e) { gather(e, 63, 8); });
  ExpectInside([&](Emitter& e) { gather(e, 64, 7); });
  ExpectOutside([&](Emitter& e) { gather(e, 65, 8); }, "touches 4 bytes at 256 of 256");
  const auto scatter = [](Emitter& e, int64_t first) {
    e.StoreStrided(e.Arena(Element::kF32, 4 * first), e.Constant(Element::kF32, 1, 8), 9);
  };
  ExpectInside([&](Emitter& e) { scatter(e, 0); });
  ExpectOutside([&](Emitter& e) { scatter(e, 1); }, "touches 4 bytes at 256 of 256");
}

TEST(Bounds, OfCopies) {
  const auto copy = [](Emitter& e, int64_t bytes) { CopyBytes(e, {{0}}, {{128}}, bytes); };
  ExpectInside([&](Emitter& e) { copy(e, 128); });
  ExpectOutside([&](Emitter& e) { copy(e, 192); }, "touches 192 bytes at 128 of 256");
}

TEST(Bounds, InALoop) {
  const auto fill = [](Emitter& e, int64_t count) {
    e.For(e.Index(0), e.Index(count), 1,
          [&](llvm::Value* i) { e.Store(e.Advance(e.Arena(Element::kF32, 0), i), e.Constant(Element::kF32, 1)); });
  };
  ExpectInside([&](Emitter& e) { fill(e, 64); });
  ExpectOutside([&](Emitter& e) { fill(e, 65); }, "touches 4 bytes at 256 of 256");
}

TEST(Bounds, OfAnUnknownPlace) {
  const Target target = DescribeTarget();
  OwnedModule owned = NewModule("test", target);
  Emitter e(*owned.module, "kernel", target);
  e.Store(e.Arena(Element::kF32, 0), e.Constant(Element::kF32, 1));
  e.Finish();
  EXPECT_THROW(BoundsChecks().AddTo(*e.function()), std::logic_error);
}

}  // namespace
}  // namespace nnc::codegen
