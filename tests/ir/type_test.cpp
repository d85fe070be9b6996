#include "ir/type.h"

#include <gtest/gtest.h>

#include "ir/op.h"

namespace nnc::ir {
namespace {

constexpr Element kAll[] = {Element::kF32, Element::kF64, Element::kBF16, Element::kI32,
                            Element::kI64, Element::kU8,  Element::kBool};

TEST(Element, NamesReadBack) {
  for (Element element : kAll) EXPECT_EQ(ElementNamed(Name(element)), element);
  EXPECT_EQ(ElementNamed("f16"), std::nullopt);
}

TEST(Element, IsFloatOrIntegerOrBool) {
  for (Element element : kAll) {
    EXPECT_EQ(IsNumber(element), IsFloat(element) || IsInteger(element)) << Name(element);
    EXPECT_GT(ByteSize(element), 0);
  }
  EXPECT_FALSE(IsNumber(Element::kBool));
}

TEST(Type, PrintsAndMeasures) {
  EXPECT_EQ(ToString(Type(Element::kF32, {32, Dim::Variable("N")})), "f32[32, N]");
  EXPECT_EQ(ToString(Type(Element::kBool)), "bool");
  EXPECT_EQ(Type(Element::kF64, {2, 3}).bytes(), 48);
  EXPECT_EQ(Type(Element::kF64).elements(), 1);
}

TEST(OpTable, NamesReadBack) {
  for (Op op : AllOps()) EXPECT_EQ(OpNamed(InfoOf(op).mnemonic), op) << InfoOf(op).name;
  EXPECT_EQ(OpNamed("relu"), std::nullopt);
}

TEST(Type, HasBytesThatSixtyThreeBitsCount) {
  const Dim large = int64_t{1} << 32, n = Dim::Variable("N");
  EXPECT_NO_THROW(CheckSize({Element::kF32, {large, n, n}}));
  EXPECT_NO_THROW(CheckSize({Element::kU8, {large, int64_t{1} << 30}}));
  EXPECT_THROW(CheckSize({Element::kF32, {large, n, large}}), DimOverflow);
  EXPECT_THROW(CheckSize(Type::Tuple({Element::kF32, {Element::kF64, {int64_t{1} << 60}}})), DimOverflow);
}

TEST(OpTable, AttributeNamesReadBack) {
  for (Op op : AllOps()) {
    for (AttributeKey key : InfoOf(op).attributes) EXPECT_EQ(AttributeNamed(Name(key)), key);
  }
  EXPECT_EQ(AttributeNamed("colour"), std::nullopt);
}

}  // namespace
}  // namespace nnc::ir
