// Products that read views of memory: which operands are views, and that they compute what the evaluator does.
#include "codegen/operand_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "codegen/schedule.h"
#include "ir/builder.h"
#include "tests/codegen/run_compiled.h"
#include "tests/ir/random.h"

namespace nnc::codegen {
namespace {

using ir::Builder;
using ir::Shape;
using ir::Value;

TEST(OperandLayout, MergesDigitsThatOneStrideLeadsThrough) {
  EXPECT_EQ(Merged({{4, 600}, {1, 7}, {5, 120}, {3, 8}}), (Digits{{20, 120}, {3, 8}}));
  EXPECT_EQ(Merged({{1, 5}}), (Digits{{1, 1}}));
}

TEST(OperandLayout, HasTilesWhereAllMultiplesAreAlike) {
  const Digits pixels = {{2, 1000}, {14, 50}, {14, 3}};
  EXPECT_THAT(*OffsetsFromMultiples(pixels, 7), testing::ElementsAre(0, 3, 6, 9, 12, 15, 18));
  EXPECT_EQ(OffsetsFromMultiples(pixels, 28)->back(), 50 + 13 * 3);
  EXPECT_FALSE(OffsetsFromMultiples(pixels, 8));
  EXPECT_FALSE(OffsetsFromMultiples(pixels, 21));
}

TEST(OperandLayout, LoopsOverTermsHaveTheDigitsOfBoth) {
  const auto loops = LoopsOverTerms({{3, 100}, {24, 1}}, {{9, 80}, {8, 1}});
  ASSERT_TRUE(loops);
  ASSERT_EQ(loops->size(), 3u);
  EXPECT_EQ((*loops)[1].extent, 3);
  EXPECT_EQ((*loops)[1].a_stride, 8);
  EXPECT_EQ((*loops)[1].b_stride, 80);
  EXPECT_FALSE(LoopsOverTerms({{2, 100}, {6, 1}}, {{3, 80}, {4, 1}}));
}

// How the only product of a function reads its operands, and how many kernels there are.
struct Scheduled {
  explicit Scheduled(const std::string& text) : function(ParseFunction(text)), schedule(MakeSchedule(function)) {}
  const OperandView& operand(size_t i) const {
    return std::ranges::find(schedule.kernels, KernelKind::kMatMul, &Kernel::kind)->operands[i];
  }
  const ir::Function function;
  const Schedule schedule;
};

TEST(OperandView, WindowsOfAnImageAreReadInTheImage) {
  const Scheduled s(R"(func @f(%x: f32[4, 16, 48], %w: f32[144, 5]) -> (f32[56, 5]) {
    %r = reshape %x {shape = [4, 16, 1, 48]} : f32[4, 16, 1, 48]
    %b = broadcast %r {shape = [4, 16, 3, 48]} : f32[4, 16, 3, 48]
    %s = shear %b {axis = 1, dilation = 1, stride = 1} : f32[4, 14, 3, 48]
    %a = reshape %s {shape = [56, 144]} : f32[56, 144]
    %y = matmul %a, %w {transpose_a = false, transpose_b = false} : f32[56, 5]
    return y = %y
  })");
  EXPECT_EQ(s.schedule.kernels.size(), 1u);
  EXPECT_EQ(s.operand(0).source, Value{0});
  EXPECT_EQ(s.operand(0).layout.lines, (Digits{{4, 16 * 48}, {14, 48}}));
  EXPECT_EQ(s.operand(0).layout.terms, (Digits{{144, 1}}));
}

TEST(OperandView, HeadsAreReadWithTheirStrides) {
  const Scheduled s(R"(func @f(%q: f32[2, 9, 96], %k: f32[2, 9, 96]) -> (f32[2, 3, 9, 9]) {
    %1 = reshape %q {shape = [2, 9, 3, 32]} : f32[2, 9, 3, 32]
    %2 = reshape %k {shape = [2, 9, 3, 32]} : f32[2, 9, 3, 32]
    %3 = transpose %1 {axes = [0, 2, 1, 3]} : f32[2, 3, 9, 32]
    %4 = transpose %2 {axes = [0, 2, 1, 3]} : f32[2, 3, 9, 32]
    %y = matmul %3, %4 {transpose_a = false, transpose_b = true} : f32[2, 3, 9, 9]
    return y = %y
  })");
  EXPECT_EQ(s.schedule.kernels.size(), 1u);
  EXPECT_EQ(s.operand(1).layout.batch, (Digits{{2, 9 * 96}, {3, 32}}));
  EXPECT_EQ(s.operand(1).layout.lines, (Digits{{9, 96}}));
}

// Columns two apart would be gathered, again and again; copied once they are vectors.
TEST(OperandView, ColumnsApartAreCopied) {
  const Scheduled s(R"(func @f(%x: f32[9, 32, 2], %a: f32[4, 9]) -> (f32[4, 32]) {
    %1 = slice %x {axis = 2, limit = 1, start = 0} : f32[9, 32, 1]
    %2 = reshape %1 {shape = [9, 32]} : f32[9, 32]
    %y = matmul %a, %2 {transpose_a = false, transpose_b = false} : f32[4, 32]
    return y = %y
  })");
  EXPECT_EQ(s.schedule.kernels.size(), 2u);
}

// The transposed tensor is stored for the sum, so the product reads it as well.
TEST(OperandView, EndsAtWhatIsInMemoryAnyway) {
  const Scheduled s(R"(func @f(%x: f32[2, 3, 9, 32], %w: f32[96, 5]) -> (f32[18, 5], f32[96]) {
    %1 = mul %x, %x : f32[2, 3, 9, 32]
    %t = transpose %1 {axes = [0, 2, 1, 3]} : f32[2, 9, 3, 32]
    %2 = reshape %t {shape = [2, 9, 96]} : f32[2, 9, 96]
    %s = reduce_sum %2 {axes = [0, 1], keepdims = false} : f32[96]
    %3 = reshape %t {shape = [18, 96]} : f32[18, 96]
    %y = matmul %3, %w {transpose_a = false, transpose_b = false} : f32[18, 5]
    return y = %y, s = %s
  })");
  EXPECT_EQ(s.schedule.kernels.size(), 3u);
  EXPECT_EQ(s.function.node(s.operand(0).source).op, ir::Op::kTranspose);
}

int64_t ProductOf(const std::vector<int64_t>& extents) {
  return std::accumulate(extents.begin(), extents.end(), int64_t{1}, std::multiplies<>());
}

// Makes an operand whose axes, in groups that are merged, come from an argument by movements. Arguments come first in a
// function, so Make gives what adds the movements later.
class OperandMaker {
 public:
  using Steps = std::function<Value()>;

  OperandMaker(Builder& builder, ir::Random& random, ir::Element element)
      : b_(builder), random_(random), element_(element) {}

  // `groups` holds the extents of the axes that each axis of the operand is merged from.
  Steps Make(const std::string& name, const std::vector<std::vector<int64_t>>& groups) {
    std::vector<int64_t> extents;
    for (const auto& group : groups) extents.insert(extents.end(), group.begin(), group.end());
    std::vector<int64_t> order(extents.size());
    std::iota(order.begin(), order.end(), int64_t{0});
    for (size_t i = order.size(); i-- > 1;) {
      if (random_.Chance(40)) std::swap(order[i], order[static_cast<size_t>(random_.Int(0, static_cast<int64_t>(i)))]);
    }
    Shape shape, merged;
    std::vector<int64_t> axes(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      shape.push_back(extents[static_cast<size_t>(order[i])]);
      axes[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    }
    for (const auto& group : groups) {
      merged.push_back(ProductOf(group));
    }
    const Steps moved = Moved(name, shape, random_.Int(0, static_cast<int64_t>(shape.size()) - 1));
    return [this, moved, axes, merged] { return b_.Reshape(b_.Transpose(moved(), axes), merged); };
  }

 private:
  // A value of this shape from an argument that is longer or shorter along the axis.
  Steps Moved(const std::string& name, const Shape& shape, int64_t axis) {
    const auto at = static_cast<size_t>(axis);
    const int64_t extent = shape[at].value(), start = random_.Int(0, 3);
    Shape source = shape;
    const int64_t kind = random_.Int(0, 4);
    if (kind == 3 && at + 1 < shape.size()) return Windows(name, shape, axis);
    if (kind == 0) source[at] = extent + 5;
    if (kind == 1) source[at] = 1;
    const Value argument = Argument(name, source);
    return [=, this] {
      if (kind == 0) return b_.Slice(argument, axis, start, start + extent);
      if (kind == 1) return b_.Broadcast(argument, shape);
      return kind == 2 ? b_.Reverse(argument, axis) : argument;
    };
  }

  // Axis `axis` + 1 as the places of windows over axis `axis`.
  Steps Windows(const std::string& name, const Shape& shape, int64_t axis) {
    const auto at = static_cast<size_t>(axis);
    const int64_t stride = random_.Int(1, 2), dilation = random_.Int(1, 2);
    Shape copies = shape;
    copies[at] = (shape[at].value() - 1) * stride + (shape[at + 1].value() - 1) * dilation + 1;
    Shape source = copies;
    source[at + 1] = 1;
    const Value argument = Argument(name, source);
    return [=, this] { return b_.Shear(b_.Broadcast(argument, copies), axis, stride, dilation); };
  }

  Value Argument(const std::string& name, const Shape& shape) { return b_.Argument(name, ir::Type(element_, shape)); }

  Builder& b_;
  ir::Random& random_;
  ir::Element element_;
};

std::vector<int64_t> SomeExtents(ir::Random& random, int64_t most, const std::vector<int64_t>& extents) {
  std::vector<int64_t> group;
  for (int64_t i = random.Int(1, most); i > 0; --i) group.push_back(random.Among(extents));
  return group;
}

ir::Function RandomProduct(int seed) {
  constexpr int64_t kMostTerms = 1000, kMostWork = 1'000'000;
  ir::Random random(static_cast<uint64_t>(seed));
  ir::Function function("f" + std::to_string(seed));
  Builder builder(function);
  std::vector<int64_t> batch, rows, columns, terms;
  do {
    batch = SomeExtents(random, 2, {1, 2, 3});
    rows = SomeExtents(random, 3, {1, 2, 3, 4, 7, 8, 14});
    columns = SomeExtents(random, 2, {1, 3, 5, 16, 17, 32, 48});
    terms = SomeExtents(random, 3, {1, 2, 3, 7, 16, 20});
  } while (ProductOf(terms) > kMostTerms ||
           ProductOf(batch) * ProductOf(rows) * ProductOf(columns) * ProductOf(terms) > kMostWork);
  const bool transpose_a = random.Chance(30), transpose_b = random.Chance(30);
  // In vectors of half as many elements other numbers of columns are few.
  OperandMaker maker(builder, random, random.Chance(30) ? ir::Element::kF64 : ir::Element::kF32);
  const auto a = maker.Make("a", transpose_a ? std::vector{batch, terms, rows} : std::vector{batch, rows, terms});
  const auto b = maker.Make("b", transpose_b ? std::vector{batch, columns, terms} : std::vector{batch, terms, columns});
  const Value left = a(), right = b();
  function.AddResult("y", builder.MatMul(left, right, transpose_a, transpose_b));
  return function;
}

// On both operands' sides, with tails, and with terms enough to be blocked.
TEST(OperandView, TheIndexOfTheGreatestOfOneIsNoViewOfIt) {
  const ir::Function f = ParseFunction(R"(func @f(%x: f64[8, 1, 3], %y: i32[8, 3]) -> (i32[3, 3]) {
    %i = argmax %x {axis = 1, keepdims = false} : i32[8, 3]
    %p = matmul %i, %y {transpose_a = true, transpose_b = false} : i32[3, 3]
    return p = %p
  })");
  ExpectSameAsEvaluator(f, SomeArguments(f));
}

class RandomProducts : public testing::TestWithParam<int> {};

TEST_P(RandomProducts, OfViewsAreWhatTheEvaluatorGives) {
  constexpr int kProducts = 40;
  std::vector<ir::Function> functions;
  std::vector<const ir::Function*> pointers;
  for (int i = 0; i < kProducts; ++i) functions.push_back(RandomProduct(GetParam() * kProducts + i));
  for (const ir::Function& function : functions) pointers.push_back(&function);
  std::vector<std::vector<ir::Tensor>> first;
  for (int threads : {1, 2}) {
    Options options;
    options.threads = threads;
    const Compiled compiled = Compile(pointers, {}, options);
    for (size_t i = 0; i < functions.size(); ++i) {
      const std::vector<ir::Tensor> arguments = SomeArguments(functions[i]);
      const std::vector<ir::Tensor> got = codegen::Run(compiled, functions[i].name(), arguments);
      EXPECT_EQ(Difference(got[0], Evaluate(functions[i], arguments)[0], 1e-4), "") << functions[i].name();
      if (threads == 1) {
        first.push_back(got);
      } else {
        EXPECT_EQ(got[0].floats(), first[i][0].floats()) << functions[i].name() << " on two threads";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomProducts, testing::Range(0, 4));

}  // namespace
}  // namespace nnc::codegen
