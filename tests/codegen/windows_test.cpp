// Kernels that read through windows, and put them back, against the reference evaluator.
#include <gtest/gtest.h>

#include "codegen/schedule.h"
#include "ir/builder.h"
#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

using ir::Builder;
using ir::Op;
using ir::Shape;
using ir::Value;

struct Sizes {
  int64_t length, channels, size, stride, dilation, padding;
};
std::ostream& operator<<(std::ostream& out, const Sizes& s) {
  return out << s.length << 'x' << s.length + 2 << 'x' << s.channels << ", window " << s.size << ", stride " << s.stride
             << ", dilation " << s.dilation << ", padding " << s.padding;
}

// A function of an image [2, H, W, C], and of windows over both of its axes: [2, OH, K, OW, K, C].
class WindowsTest : public testing::TestWithParam<Sizes> {
 protected:
  WindowsTest() : function_("f"), b_(function_) {}

  Value Image() {
    const Sizes& s = GetParam();
    return b_.Argument("x", ir::Type(ir::Element::kF32, {2, s.length, s.length + 2, s.channels}));
  }
  Value Windows(Value x, int64_t axis) {
    Shape shape = b_.type(x).shape;
    shape.insert(shape.begin() + axis + 1, 1);
    Value copies = b_.Reshape(x, shape);
    shape[static_cast<size_t>(axis) + 1] = GetParam().size;
    return b_.Shear(b_.Broadcast(copies, shape), axis, GetParam().stride, GetParam().dilation);
  }
  Value Places(Value x) {
    const int64_t p = GetParam().padding;
    return Windows(Windows(b_.Pad(b_.Pad(x, 1, p, p), 2, p, p), 1), 3);
  }
  Value OverlapAdd(Value places, int64_t axis, int64_t length) {
    return b_.Reduce(Op::kReduceSum, b_.Unshear(places, axis, GetParam().stride, GetParam().dilation, length),
                     {axis + 1});
  }
  void ExpectSame(Value result, int threads = 1) {
    function_.AddResult("y", result);
    Options options;
    options.threads = threads;
    ExpectSameAsEvaluator(function_, SomeArguments(function_), options, 1e-5);
  }

  ir::Function function_;
  Builder b_;
};

INSTANTIATE_TEST_SUITE_P(Sizes, WindowsTest,
                         testing::Values(Sizes{7, 1, 3, 1, 1, 1}, Sizes{8, 3, 2, 2, 1, 0}, Sizes{9, 17, 3, 2, 1, 1},
                                         Sizes{9, 16, 3, 1, 2, 2}, Sizes{10, 2, 3, 3, 2, 1}, Sizes{20, 1, 5, 1, 1, 0},
                                         Sizes{7, 5, 1, 2, 1, 0}, Sizes{12, 1, 4, 3, 1, 3}));

TEST_P(WindowsTest, Stored) { ExpectSame(Places(Image())); }

TEST_P(WindowsTest, StoredAsRows) {
  Value places = b_.Transpose(Places(Image()), {0, 1, 3, 2, 4, 5});
  ExpectSame(b_.Reshape(places, {ir::Product(b_.type(places).shape)}));
}

TEST_P(WindowsTest, Greatest) {
  Value rows = b_.Reduce(Op::kReduceMax, Windows(Image(), 2), {3});
  ExpectSame(b_.Reduce(Op::kReduceMax, Windows(rows, 1), {2}), 2);
}

TEST_P(WindowsTest, SumOfSquares) {
  Value places = Places(Image());
  ExpectSame(b_.Reduce(Op::kReduceSum, b_.Mul(places, places), {2, 4}), 2);
}

TEST_P(WindowsTest, ThereAndBack) {
  const Sizes& s = GetParam();
  Value places = Places(Image());
  Value rows = OverlapAdd(b_.Mul(places, places), 3, s.length + 2 + 2 * s.padding);
  ExpectSame(OverlapAdd(rows, 1, s.length + 2 * s.padding), 2);
}

// The way of a max pool's gradient: one place of each window is chosen.
TEST_P(WindowsTest, ChosenPlacesBack) {
  Value windows = Windows(Image(), 2);
  Value chosen = b_.Eq(b_.Iota(b_.type(windows).shape, 3), b_.ArgMax(windows, 3, true));
  Value kept = b_.Select(chosen, windows, b_.ConstantLike(0, windows));
  ExpectSame(OverlapAdd(kept, 2, GetParam().length + 2));
}

TEST_P(WindowsTest, Product) {
  Value image = Image();
  const int64_t terms = GetParam().size * GetParam().size * GetParam().channels;
  Value kernel = b_.Argument("w", ir::Type(ir::Element::kF32, {terms, 5}));
  Value places = b_.Transpose(Places(image), {0, 1, 3, 2, 4, 5});
  const Shape shape = b_.type(places).shape;
  Value product = b_.MatMul(b_.Reshape(places, {shape[0] * shape[1] * shape[2], terms}), kernel);
  Value result = b_.Reshape(product, {shape[0], shape[1], shape[2], 5});
  ExpectSame(b_.Transpose(b_.Max(result, b_.Constant(0.1, ir::Element::kF32)), {0, 3, 1, 2}), 2);
}

TEST(Windows, AreReadInPlaceByAReduction) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[4, 28, 28, 32]) -> (f32[4, 28, 28, 32]) {
    %p = pad %x {axis = 1, high = 1, low = 1} : f32[4, 30, 28, 32]
    %r = reshape %p {shape = [4, 30, 1, 28, 32]} : f32[4, 30, 1, 28, 32]
    %b = broadcast %r {shape = [4, 30, 3, 28, 32]} : f32[4, 30, 3, 28, 32]
    %w = shear %b {axis = 1, dilation = 1, stride = 1} : f32[4, 28, 3, 28, 32]
    %y = reduce_max %w {axes = [2], keepdims = false} : f32[4, 28, 28, 32]
    return y = %y
  })");
  EXPECT_EQ(MakeSchedule(function).kernels.size(), 1u);
}

}  // namespace
}  // namespace nnc::codegen
