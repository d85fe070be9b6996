// The size of the arena: that it is what code touches, and that it falls below a limit.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <functional>

#include "codegen/module.h"
#include "ir/diagnostics.h"
#include "tests/codegen/run_compiled.h"
#include "tests/passes/training_step.h"

namespace nnc::codegen {
namespace {

constexpr int64_t kPage = 4096;

Options Threads(int threads) {
  Options options;
  options.threads = threads;
  return options;
}

Options Within(int64_t bytes) {
  Options options;
  options.max_memory = bytes;
  return options;
}

// Memory between pages that nobody may touch. The arena's end is at the last page's; what is before the arena in its
// first page is filled, to see whether it stays so.
class GuardedArena {
 public:
  GuardedArena(int64_t bytes, std::byte fill)
      : inside_((bytes + kPage - 1) / kPage * kPage), fill_(fill), bytes_(bytes) {
    memory_ = static_cast<std::byte*>(
        mmap(nullptr, static_cast<size_t>(inside_ + 2 * kPage), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(memory_ + kPage, static_cast<size_t>(inside_), PROT_READ | PROT_WRITE);
    std::memset(memory_ + kPage, static_cast<int>(fill), static_cast<size_t>(inside_));
  }
  GuardedArena(const GuardedArena&) = delete;
  GuardedArena& operator=(const GuardedArena&) = delete;
  ~GuardedArena() { munmap(memory_, static_cast<size_t>(inside_ + 2 * kPage)); }

  std::byte* begin() { return memory_ + kPage + inside_ - bytes_; }
  // One past the last byte that is not the fill.
  int64_t HighWater() {
    int64_t end = bytes_;
    while (end > 0 && begin()[end - 1] == fill_) --end;
    return end;
  }
  bool UntouchedBefore() {
    return std::all_of(memory_ + kPage, begin(), [&](std::byte b) { return b == fill_; });
  }

 private:
  std::byte* memory_;
  int64_t inside_;
  std::byte fill_;
  int64_t bytes_;
};

// The highest byte that the code writes; the larger for two fills, as a number may end in a fill's byte.
int64_t HighWater(const ir::Function& function, const Options& options) {
  const Compiled compiled = Compile({&function}, {}, options);
  int64_t most = 0;
  for (const std::byte fill : {std::byte{0x55}, std::byte{0x66}}) {
    GuardedArena arena(compiled.arena_bytes(), fill);
    compiled.Run(function.name(), arena.begin());
    EXPECT_TRUE(arena.UntouchedBefore());
    most = std::max(most, arena.HighWater());
  }
  return most;
}

TEST(Memory, ExpectedPeakIsTheHighestByteThatCodeTouches) {
  for (const int threads : {1, 2}) {
    for (const int64_t rows : {16, 64}) {
      const ir::Function step = passes::DeepNetworkStep(3, rows, 32);
      const Options options = Threads(threads);
      EXPECT_EQ(HighWater(step, options), Compile({&step}, {}, options).arena_bytes());
      EXPECT_TRUE(
          EmitMemory({&step}, options).starts_with("arena " + std::to_string(HighWater(step, options)) + " bytes"));
    }
  }
}

int64_t PeakWithin(const ir::Function& function, int64_t limit) {
  return PlanProgram({&function}, Within(limit)).arena.peak_bytes;
}

TEST(Memory, ALimitThatIsNoneChangesNothing) {
  const ir::Function step = passes::DeepNetworkStep(4, 64, 32);
  EXPECT_EQ(EmitKernels({&step}, Within(int64_t{1} << 40), {}), EmitKernels({&step}, {}, {}));
}

// The least that would fit, as the refusal of an impossible limit says it.
int64_t Least(const ir::Function& function) {
  try {
    PlanProgram({&function}, Within(1));
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostic().kind, DiagnosticKind::kOutOfMemory);
    const std::string& message = failure.diagnostic().message;
    return std::stoll(message.substr(message.find("fits is ") + 8));
  }
  ADD_FAILURE() << "one byte is not refused";
  return 0;
}

// A layer of a step needs three tensors at least that are as large as its output; without a limit the step keeps more
// than one for each layer. Products may be computed again in about a square root of the depth segments.
TEST(Memory, ADeepNetworkFitsIntoTheLeastThatARefusalNames) {
  const ir::Function step = passes::DeepNetworkStep(24, 256, 32);
  const int64_t tensor = 256 * 32 * 4, persistent = PlanProgram({&step}, {}).arena.persistent_bytes;
  const int64_t all = PeakWithin(step, 0), least = Least(step);
  EXPECT_GE(all, persistent + 48 * tensor);
  EXPECT_LE(least, persistent + 24 * tensor);
  EXPECT_EQ(PeakWithin(step, least), least);
  EXPECT_THROW(PeakWithin(step, least - 1), Failure);
}

TEST(Memory, RecomputedStepsAgreeWithTheEvaluator) {
  const ir::Function step = passes::DeepNetworkStep(8, 16, 16);
  const int64_t all = PeakWithin(step, 0), least = Least(step);
  for (const int64_t limit : {all - 1, (all + least) / 2, least}) {
    ExpectSameAsEvaluator(step, SomeArguments(step), Within(limit), 1e-3);
  }
}

}  // namespace
}  // namespace nnc::codegen
