#include "codegen/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>

#include "tests/codegen/kernel_runner.h"

namespace nnc::codegen {
namespace {

struct Meeting {
  static constexpr int kRounds = 500;
  int threads = 0;
  std::atomic<int> arrived{0};
  std::atomic<int> early{0};  // times a thread went on before all had come
};

void MeetOften(void* context, int64_t, void* team) {
  auto& meeting = *static_cast<Meeting*>(context);
  for (int round = 1; round <= Meeting::kRounds; ++round) {
    meeting.arrived.fetch_add(1);
    nnc_team_barrier(team);
    if (meeting.arrived.load() < round * meeting.threads) meeting.early.fetch_add(1);
    nnc_team_barrier(team);
  }
}

class TeamOf : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Sizes, TeamOf, testing::Values(1, 2, 3, 16));  // 16: more threads than cores

TEST_P(TeamOf, NobodyPassesABarrierBeforeTheLastHasCome) {
  Team team(GetParam());
  for (int run = 0; run < 3; ++run) {
    Meeting meeting;
    meeting.threads = GetParam();
    team.Run(MeetOften, &meeting);
    EXPECT_EQ(meeting.arrived, GetParam() * Meeting::kRounds);
    EXPECT_EQ(meeting.early, 0);
  }
}

struct Numbers {
  std::atomic<int64_t> seen{0};  // bit t: thread t ran
};

TEST_P(TeamOf, RunsEachNumberOnce) {
  Team team(GetParam());
  Numbers numbers;
  team.Run([](void* context, int64_t thread,
              void*) { static_cast<Numbers*>(context)->seen.fetch_add(int64_t{1} << thread); },
           &numbers);
  EXPECT_EQ(numbers.seen, (int64_t{1} << GetParam()) - 1);
}

float Halved(float x) {
  volatile float number = x;
  return number * 0.5f;
}

TEST(Team, FlushesDenormalsWhileItRunsAndOnlyThen) {
  constexpr float kSmallest = std::numeric_limits<float>::min();
  struct Results {
    float first = -1, second = -1;
  } results;
  Team team(2);
  team.Run(
      [](void* context, int64_t thread, void*) {
        auto& both = *static_cast<Results*>(context);
        (thread == 0 ? both.first : both.second) = Halved(kSmallest);
      },
      &results);
  EXPECT_EQ(results.first, 0);
  EXPECT_EQ(results.second, 0);
  EXPECT_GT(Halved(kSmallest), 0);
}

// Thread t writes numbers[t]; after the barrier each adds up all of them.
TEST(EmitBarrier, MakesWritesVisibleToTheOthers) {
  constexpr int kThreads = 4;
  TestKernel kernel(DescribeTarget(), kThreads, [](Emitter& e) {
    const Pointer numbers = e.Arena(ir::Element::kI64, 0), sums = e.Arena(ir::Element::kI64, 64);
    llvm::Value* thread = e.arguments().thread;
    e.Store(e.Advance(numbers, thread), e.ir().CreateAdd(thread, e.Index(1)));
    EmitBarrier(e, kThreads);
    e.Store(e.Advance(sums, thread), e.FoldAdd(e.Load(numbers, kThreads)));
  });
  TestArena arena(128);
  kernel.Run(arena);
  for (int t = 0; t < kThreads; ++t) EXPECT_EQ(arena.At<int64_t>(64)[t], 10);
}

TEST(EmitBarrier, IsNothingForOneThread) {
  OwnedModule owned = NewModule("alone", DescribeTarget());
  const Target target = DescribeTarget();
  Emitter e(*owned.module, "kernel", target);
  EmitBarrier(e, 1);
  e.Finish();
  EXPECT_EQ(ModuleText(*owned.module).find(kBarrierSymbol), std::string::npos);
}

}  // namespace
}  // namespace nnc::codegen
