#include "view/lesson.h"

#include <gmock/gmock.h>

#include "ir/builder.h"

namespace nnc::view {
namespace {

using ::testing::ElementsAre;

// A loss in two layers of a list, which the program has in one place, and a sum in another.
LessonInput Layers(const SourceManager& sources, uint32_t file) {
  LessonInput input;
  input.sources = &sources;
  ir::Builder build(input.function);
  ir::Value x = build.Argument("x", {ir::Element::kF32, {2}});
  ir::Value first = build.Argument("net.layers.0.bias", {ir::Element::kF32, {2}});
  ir::Value second = build.Argument("net.layers.1.bias", {ir::Element::kF32, {2}});
  build.span = {file, 1, 1, 8};
  ir::Value h = build.Tanh(build.Add(x, first));
  ir::Value y = build.Tanh(build.Add(h, second));
  build.span = {file, 2, 1, 6};
  input.loss = build.ReduceAll(ir::Op::kReduceSum, y);
  input.function.AddResult("loss", input.loss);
  input.numbers.resize(input.function.size());
  return input;
}

TEST(Lesson, CutsLayersThatStandInOnePlace) {
  SourceManager sources;
  Lesson lesson = LessonOf(Layers(sources, sources.Add("a.nn", "layer(x)\nsum(y)\n")));
  ASSERT_EQ(lesson.modules.size(), 3u);
  EXPECT_EQ(lesson.modules[0].name, "layer");
  EXPECT_EQ(lesson.modules[0].block, "net.layers.0");
  EXPECT_THAT(lesson.modules[0].values, ElementsAre(ir::Value{3}, ir::Value{4}));
  EXPECT_THAT(lesson.modules[0].outputs, ElementsAre(ir::Value{4}));
  EXPECT_EQ(lesson.modules[1].block, "net.layers.1");
  EXPECT_THAT(lesson.modules[1].inputs, ElementsAre(ir::Value{4}, ir::Value{2}));
  EXPECT_EQ(lesson.modules[2].name, "sum");
  EXPECT_THAT(lesson.modules[2].outputs, ElementsAre(lesson.loss));
}

TEST(Numbers, KeepLittleOfMuch) {
  Numbers numbers = NumbersOf(ir::Tensor::Floats({1000}, std::vector<double>(1000, 1.5)));
  EXPECT_EQ(numbers.statistics.count, 1000);
  EXPECT_THAT(numbers.first, ElementsAre(1.5, 1.5, 1.5, 1.5, 1.5, 1.5));
}

}  // namespace
}  // namespace nnc::view
