#include "runtime/checkpoint.h"

#include <gtest/gtest.h>

#include "runtime/safetensors.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

Tensor Vector(const std::vector<double>& numbers) {
  Tensor tensor(ir::Element::kF32, {static_cast<int64_t>(numbers.size())});
  for (size_t i = 0; i < numbers.size(); ++i) tensor.set_number(static_cast<int64_t>(i), numbers[i]);
  return tensor;
}

Checkpoint Example() {
  Checkpoint checkpoint;
  checkpoint.program = 0xFEDCBA9876543210u;
  checkpoint.seed = -3;
  checkpoint.step = 17;
  checkpoint.pass = {2, 8, {0.1, 1e300}};
  checkpoint.values.emplace("net.weight", Vector({1, 2, 3}));
  checkpoint.values.emplace("net.weight.m", Vector({0.5}));
  checkpoint.kept_epoch = 4;
  checkpoint.kept_loss = 0.1;
  checkpoint.kept.emplace("net.weight", Vector({7, 8, 9}));
  checkpoint.train = Figures{0.25, {{"accuracy", 0.1}}, 100};
  return checkpoint;
}

class CheckpointTest : public testing::Test {
 protected:
  std::optional<Checkpoint> Read() const { return ReadCheckpoint(path_, {"accuracy"}); }
  Scratch scratch_;
  std::string path_ = scratch_.Path("checkpoint");
};

TEST_F(CheckpointTest, ReadsBackWhatWasWritten) {
  const Checkpoint written = Example();
  WriteCheckpoint(path_, written);
  const std::optional<Checkpoint> read = Read();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->program, written.program);
  EXPECT_EQ(read->seed, written.seed);
  EXPECT_EQ(read->step, written.step);
  EXPECT_EQ(read->pass.batches, written.pass.batches);
  EXPECT_EQ(read->pass.samples, written.pass.samples);
  EXPECT_EQ(read->pass.sums, written.pass.sums);
  EXPECT_EQ(read->values, written.values);
  EXPECT_EQ(read->kept_epoch, written.kept_epoch);
  EXPECT_EQ(read->kept_loss, written.kept_loss);
  EXPECT_EQ(read->kept, written.kept);
  ASSERT_TRUE(read->train);
  EXPECT_EQ(read->train->loss, 0.25);
  EXPECT_EQ(read->train->samples, 100);
  EXPECT_EQ(read->train->metrics, written.train->metrics);
  EXPECT_FALSE(read->validate);
}

TEST_F(CheckpointTest, NoFileIsNoCheckpoint) { EXPECT_FALSE(Read()); }

TEST_F(CheckpointTest, OtherSafetensorsFilesAreRefused) {
  WriteSafetensors(path_, {{{"net.weight", Vector({1})}}, {}});
  EXPECT_THAT([&] { (void)Read(); }, Fails(DiagnosticKind::kBadCheckpoint, "checkpoint", "not a checkpoint"));
}

TEST_F(CheckpointTest, EveryTruncationIsFound) {
  WriteCheckpoint(path_, Example());
  const std::string whole = scratch_.Read("checkpoint");
  for (size_t size = 0; size < whole.size(); ++size) {
    scratch_.Write("checkpoint", whole.substr(0, size));
    ASSERT_EQ(FailureOf([&] { (void)Read(); }).kind, DiagnosticKind::kBadCheckpoint) << size;
  }
}

TEST_F(CheckpointTest, EveryFlippedBitIsFound) {
  WriteCheckpoint(path_, Example());
  const std::string whole = scratch_.Read("checkpoint");
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    scratch_.Write("checkpoint", flipped);
    ASSERT_EQ(FailureOf([&] { (void)Read(); }).kind, DiagnosticKind::kBadCheckpoint) << bit;
  }
}

}  // namespace
}  // namespace nnc::runtime
