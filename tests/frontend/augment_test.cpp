// Random changes of images: what a training step sees of them.
#include <fmt/format.h>

#include <set>

#include "tests/frontend/compiling.h"
#include "tests/frontend/gradients.h"

namespace nnc::testing {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kSamples = 8, kChannels = 2, kSide = 4;

// Element (n, c, i, j) of the images: all differ, none is 0.
double Pixel(int64_t n, int64_t c, int64_t i, int64_t j) {
  return static_cast<double>(1 + j + kSide * (i + kSide * (c + kChannels * n)));
}

// A batch of images as a training step at `step` sees it after `change`, element by element; `side` is its size.
std::vector<double> Changed(const std::string& change, int64_t seed = 1, int64_t step = 0, int64_t side = kSide) {
  std::string text =
      "model Point() { param w: f32 = ones }\nlet point = Point()\n"
      "data d { field x: f32[2, 4, 4] = npy(\"x.npy\") }\n"
      "train fit {\n  data = d\n  y = " +
      change + "\n  minimize point.w * sum(y) using sgd(lr: 0.0)\n";
  std::vector<double> pixels;
  for (int64_t n = 0; n < kSamples; ++n) {
    for (int64_t c = 0; c < kChannels; ++c) {
      for (int64_t i = 0; i < kSide; ++i) {
        for (int64_t j = 0; j < kSide; ++j) pixels.push_back(Pixel(n, c, i, j));
      }
    }
  }
  const int64_t places = kSamples * kChannels * side * side;
  for (int64_t k = 0; k < places; ++k) {
    const int64_t row = k / side, channel = row / side;
    text += fmt::format("  metric m{} = y[{}, {}, {}, {}]\n", k, channel / kChannels, channel % kChannels, row % side,
                        k % side);
  }
  Compiled compiled(text + "  batch = 8\n  drop_last = true\n}");
  if (compiled.diagnostics.has_errors()) throw std::invalid_argument(compiled.Errors());
  ir::Function function = FeedGradients(ir::Specialize(compiled.Ir("fit.step"), {{"B", kSamples}}));
  const auto scalar = [](int64_t value) { return ir::Tensor::Ints({}, {value}, ir::Element::kI64); };
  const std::map<std::string, ir::Tensor> given = {
      {"x", ir::Tensor::Floats({kSamples, kChannels, kSide, kSide}, pixels)},
      {"seed", scalar(seed)},
      {"step", scalar(step)}};
  std::vector<ir::Tensor> arguments;
  for (uint32_t i = 0; i < function.argument_count(); ++i) {
    const auto known = given.find(function.node({i}).name);
    arguments.push_back(known != given.end() ? known->second : ir::Tensor::Floats({}, {1}));
  }
  std::vector<ir::Tensor> results = ir::Evaluate(function, arguments);
  std::vector<double> seen;
  for (size_t k = results.size() - static_cast<size_t>(places); k < results.size(); ++k)
    seen.push_back(results[k].number(0));
  return seen;
}

// Whether sample `n` of `seen` is its image moved by (down, right), with zeros where nothing was.
bool IsMoved(const std::vector<double>& seen, int64_t n, int64_t side, int64_t down, int64_t right) {
  size_t at = static_cast<size_t>(n * kChannels * side * side);
  for (int64_t c = 0; c < kChannels; ++c) {
    for (int64_t i = 0; i < side; ++i) {
      for (int64_t j = 0; j < side; ++j) {
        const int64_t row = i - down, column = j - right;
        const bool inside = row >= 0 && row < kSide && column >= 0 && column < kSide;
        if (seen[at++] != (inside ? Pixel(n, c, row, column) : 0)) return false;
      }
    }
  }
  return true;
}

// The moves within `by` of each sample, as numbers that differ.
std::vector<int64_t> Moves(const std::vector<double>& seen, int64_t side, int64_t low, int64_t high) {
  std::vector<int64_t> moves;
  for (int64_t n = 0; n < kSamples; ++n) {
    for (int64_t down = low; down <= high; ++down) {
      for (int64_t right = low; right <= high; ++right) {
        if (IsMoved(seen, n, side, down, right)) moves.push_back(10 * down + right);
      }
    }
  }
  return moves;
}

TEST(Augment, ShiftMovesEachSampleByItself) {
  const std::vector<int64_t> moves = Moves(Changed("random_shift(x, by: 1)"), kSide, -1, 1);
  EXPECT_EQ(moves.size(), static_cast<size_t>(kSamples));  // each is a moved copy
  EXPECT_GT(std::set<int64_t>(moves.begin(), moves.end()).size(), 2u);
}

TEST(Augment, DrawsDependOnSeedAndStepAlone) {
  const std::string shift = "random_shift(x, by: 2)";
  EXPECT_EQ(Changed(shift, 1, 0), Changed(shift, 1, 0));
  EXPECT_NE(Changed(shift, 1, 0), Changed(shift, 1, 1));
  EXPECT_NE(Changed(shift, 1, 0), Changed(shift, 2, 0));
}

TEST(Augment, CropIsAWindowAnywhere) {
  const std::vector<int64_t> moves = Moves(Changed("random_crop(x, 3, 3)", 1, 0, 3), 3, -1, 0);
  EXPECT_EQ(moves.size(), static_cast<size_t>(kSamples));
  EXPECT_GT(std::set<int64_t>(moves.begin(), moves.end()).size(), 1u);
  const std::vector<int64_t> padded = Moves(Changed("random_crop(x, 4, 4, padding: 1)"), kSide, -1, 1);
  EXPECT_EQ(padded.size(), static_cast<size_t>(kSamples));
}

TEST(Augment, FlipMirrorsSomeSamples) {
  const std::vector<double> seen = Changed("random_flip(x)"), all = Changed("random_flip(x, p: 1.0)");
  int mirrored = 0;
  for (int64_t n = 0; n < kSamples; ++n) {
    const size_t first = static_cast<size_t>(n * kChannels * kSide * kSide);
    mirrored += seen[first] == Pixel(n, 0, 0, 3);
    EXPECT_TRUE(seen[first] == Pixel(n, 0, 0, 3) || seen[first] == Pixel(n, 0, 0, 0));
    EXPECT_EQ(all[first], Pixel(n, 0, 0, 3));
    EXPECT_EQ(all[first + 1], Pixel(n, 0, 0, 2));
  }
  EXPECT_GT(mirrored, 0);
  EXPECT_LT(mirrored, kSamples);
  EXPECT_EQ(Changed("random_flip(x, p: 1.0, axis: 2)")[0], Pixel(0, 0, 3, 0));
}

TEST(Augment, NothingIsDrawnOutsideOfTraining) {
  Compiled compiled(
      "fn shift(x: f32[N, 1, 3, 3]) = random_shift(x)\nfn turn(x: f32[N, 1, 3, 3]) = random_flip(x)\n"
      "fn f(x: f32[N, 1, 3, 3]) = random_crop(x, 1, 1)");
  ASSERT_EQ(compiled.Errors(), "");
  const ir::Tensor image = ir::Tensor::Floats({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const auto run = [&](const std::string& name) {
    return Compiled::Elements(ir::Evaluate(ir::Specialize(compiled.Ir(name), {{"N", 1}}), {image})[0]);
  };
  EXPECT_EQ(run("shift"), Compiled::Elements(image));
  EXPECT_EQ(run("turn"), Compiled::Elements(image));
  EXPECT_THAT(run("f"), ElementsAre(5));  // the middle
}

}  // namespace
}  // namespace nnc::testing
