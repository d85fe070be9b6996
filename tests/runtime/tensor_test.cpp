#include "runtime/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "runtime/growing_tensor.h"
#include "tests/runtime/scratch.h"

namespace nnc::runtime {
namespace {

using ir::Element;
using testing::ElementsAre;

TEST(TensorTest, IsZeroedAndAlignedAndHasItsType) {
  const Tensor tensor(Element::kI32, {3, 5});
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data()) % 64, 0u);
  EXPECT_EQ(tensor.elements(), 15);
  EXPECT_EQ(tensor.bytes(), 60);
  EXPECT_EQ(ToString(tensor.type()), "i32[3, 5]");
  for (const int32_t x : tensor.as<int32_t>()) EXPECT_EQ(x, 0);
}

TEST(TensorTest, ScalarHasOneElement) { EXPECT_EQ(Tensor(Element::kF64, {}).elements(), 1); }

TEST(TensorTest, SizeBeyond63BitsIsAnErrorNotAnOverflow) {
  EXPECT_THAT([] { Tensor(Element::kF32, {int64_t{1} << 40, int64_t{1} << 40}); },
              Fails(DiagnosticKind::kOutOfMemory, "", "does not fit in memory"));
}

TEST(TensorTest, NumbersGoThroughEveryElementType) {
  for (const Element element :
       {Element::kF32, Element::kF64, Element::kBF16, Element::kI32, Element::kI64, Element::kU8, Element::kBool}) {
    Tensor tensor(element, {2});
    tensor.set_number(1, 1);
    EXPECT_THAT(Numbers(tensor), ElementsAre(0, 1)) << ir::Name(element);
  }
}

TEST(TensorTest, ConversionKeepsLargeIntegersExact) {
  Tensor wide(Element::kI64, {1});
  wide.as<int64_t>()[0] = (int64_t{1} << 53) + 1;
  EXPECT_EQ(FromIr(ToIr(wide)), wide);
  Tensor narrow(Element::kI32, {1});
  narrow.set_number(0, -7);
  EXPECT_EQ(narrow.Converted(Element::kI64).as<int64_t>()[0], -7);
}

TEST(TensorTest, EvaluatorTensorsConvertBothWays) {
  const ir::Tensor floats = ir::Tensor::Floats({2, 1}, {1.5, -2.0});
  EXPECT_EQ(ToIr(FromIr(floats)).floats(), floats.floats());
  EXPECT_THAT(FromIr(floats).shape(), ElementsAre(2, 1));
  const ir::Tensor bools = ir::Tensor::Ints({2}, {1, 0}, Element::kBool);
  EXPECT_EQ(ToIr(FromIr(bools)).ints(), bools.ints());
}

TEST(TensorTest, AnElementTypeHasOnlySomeNumbers) {
  EXPECT_TRUE(Represents(Element::kF32, 0.5));
  EXPECT_FALSE(Represents(Element::kI32, 0.5));
  EXPECT_TRUE(Represents(Element::kI32, -0x1p31));
  EXPECT_FALSE(Represents(Element::kI32, 0x1p31));
  EXPECT_FALSE(Represents(Element::kI64, 0x1p63));
  EXPECT_FALSE(Represents(Element::kU8, 256));
  EXPECT_FALSE(Represents(Element::kU8, -1));
  EXPECT_FALSE(Represents(Element::kBool, 2));
  EXPECT_FALSE(Represents(Element::kI64, NAN));
}

TEST(TensorTest, BF16RoundsToNearestEven) {
  EXPECT_EQ(FloatOfBF16(BF16OfFloat(1.0f)), 1.0f);
  EXPECT_EQ(BF16OfFloat(1.0f + 0x1p-8f), 0x3F80);    // a tie goes to the even neighbour
  EXPECT_EQ(BF16OfFloat(1.0f + 0x1.8p-7f), 0x3F82);  // also upwards
  EXPECT_TRUE(std::isnan(FloatOfBF16(BF16OfFloat(std::bit_cast<float>(0x7F800001u)))));
}

TEST(TensorTest, HalfPrecisionWidens) {
  EXPECT_EQ(FloatOfF16(0x3C00), 1.0f);
  EXPECT_EQ(FloatOfF16(0xC500), -5.0f);
  EXPECT_EQ(FloatOfF16(0x0001), 0x1p-24f);  // the smallest subnormal
  EXPECT_EQ(FloatOfF16(0x7BFF), 65504.0f);
  EXPECT_EQ(FloatOfF16(0xFC00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(FloatOfF16(0x7E00)));
}

TEST(TensorTest, AViewShowsWhatIsWrittenLater) {
  Tensor owner(Element::kU8, {16});
  const Tensor view = owner.View(8, Element::kF32, {2});
  owner.as<uint8_t>()[15] = 0x40;  // 2.0f is 0x40000000
  EXPECT_EQ(view.number(0), 0);
  EXPECT_EQ(view.number(1), 2);
}

TEST(TensorTest, BorrowedBytesAreSharedUntilTheFirstWrite) {
  Tensor owner(Element::kF32, {4});
  owner.set_number(2, 5);
  Tensor part = owner.Part(2, {1, 2});
  const Tensor copy = part;
  EXPECT_TRUE(copy.borrows());
  EXPECT_EQ(copy.data(), owner.data() + 2 * sizeof(float));
  part.set_number(0, 7);
  EXPECT_FALSE(part.borrows());
  EXPECT_EQ(part.number(0), 7);
  EXPECT_EQ(copy.number(0), 5);
  owner = Tensor();  // the bytes live on
  EXPECT_EQ(copy.number(0), 5);
  EXPECT_THAT(copy.shape(), testing::ElementsAre(1, 2));
}

TEST(TensorTest, ATensorThatIsGivenUpIsReshapedInPlace) {
  Tensor tensor(Element::kF32, {4});
  const std::byte* const bytes = tensor.data();
  const Tensor reshaped = std::move(tensor).Reshaped({2, 2});
  EXPECT_EQ(reshaped.data(), bytes);
}

TEST(TensorTest, GrowsToAnyLength) {
  GrowingTensor growing(Element::kI32);
  for (int32_t i = 0; i < 100'000; ++i) growing.Append(i);
  Tensor tensor = growing.Finish({100, 1000});
  EXPECT_EQ(tensor.as<int32_t>()[99'999], 99'999);
  EXPECT_FALSE(tensor.borrows());
  EXPECT_EQ(GrowingTensor(Element::kF32).Finish({0}).elements(), 0);
}

}  // namespace
}  // namespace nnc::runtime
