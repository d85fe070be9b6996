#include "ir/function.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace nnc::ir {
namespace {

Node Named(Op op, std::string name) {
  Node node;
  node.op = op;
  node.name = std::move(name);
  return node;
}

TEST(Function, NumbersNamelessNodesAndTellsEqualNamesApart) {
  Function f("f");
  f.Append(Named(Op::kArgument, "x"));
  f.Append(Named(Op::kSize, ""));
  f.Append(Named(Op::kSize, "h"));
  f.Append(Named(Op::kSize, "h"));
  f.Append(Named(Op::kSize, "h.1"));
  f.Append(Named(Op::kSize, "h"));
  f.Append(Named(Op::kSize, "x"));
  std::vector<std::string> names;
  for (const Node& node : f.nodes()) names.push_back(node.name);
  EXPECT_EQ(names, (std::vector<std::string>{"x", "1", "h", "h.1", "h.1.1", "h.2", "x.1"}));
}

TEST(Function, ANumberThatIsTakenGetsASuffix) {
  Function f("f");
  f.Append(Named(Op::kSize, "1"));
  EXPECT_EQ(f.node(f.Append(Named(Op::kSize, ""))).name, "1.1");
}

TEST(Function, ArgumentsComeFirstAndKeepTheirNames) {
  Function f("f");
  Value x = f.Append(Named(Op::kArgument, "x"));
  EXPECT_THROW(f.Append(Named(Op::kArgument, "x")), std::logic_error);
  EXPECT_THROW(f.Append(Named(Op::kArgument, "")), std::logic_error);
  f.Append(Named(Op::kSize, "n"));
  EXPECT_THROW(f.Append(Named(Op::kArgument, "late")), std::logic_error);
  EXPECT_EQ(f.argument_count(), 1u);
  EXPECT_EQ(f.FindArgument("x"), x);
  EXPECT_EQ(f.FindArgument("n"), std::nullopt);
}

TEST(Function, CountsUsesByNodesAndResults) {
  Function f("f");
  Value x = f.Append(Named(Op::kArgument, "x"));
  Node add = Named(Op::kAdd, "sum");
  add.operands = {x, x};
  f.AddResult("y", f.Append(add));
  f.AddResult("x", x);
  EXPECT_EQ(UseCounts(f), (std::vector<uint32_t>{3, 1}));
}

TEST(Attributes, SortByKeyAndReplace) {
  Attributes a = {{AttributeKey::kShape, Shape{2}}, {AttributeKey::kAxis, int64_t{1}}};
  EXPECT_EQ(a.entries()[0].first, AttributeKey::kAxis);
  a.Set(AttributeKey::kAxis, int64_t{0});
  EXPECT_EQ(a.entries().size(), 2u);
  EXPECT_EQ(a.Get<int64_t>(AttributeKey::kAxis), 0);
  EXPECT_EQ(a.Find(AttributeKey::kValue), nullptr);
}

TEST(Attributes, NumbersAreEqualByTheirBits) {
  auto number = [](double value) { return Attributes{{AttributeKey::kValue, value}}; };
  EXPECT_EQ(number(NAN), number(NAN));
  EXPECT_NE(number(0.0), number(-0.0));
  EXPECT_NE(number(1), Attributes());
}

TEST(Attributes, EachKeyHasOneKindOfValue) {
  EXPECT_EQ(AlternativeOf(AttributeKey::kAxis), Attribute(int64_t{1}).index());
  EXPECT_EQ(AlternativeOf(AttributeKey::kShape), Attribute(Shape{}).index());
  EXPECT_EQ(AlternativeOf(AttributeKey::kStart), Attribute(Dim(0)).index());
  EXPECT_EQ(AlternativeOf(AttributeKey::kKeepdims), Attribute(true).index());
  EXPECT_EQ(AlternativeOf(AttributeKey::kValue), Attribute(1.0).index());
}

TEST(Module, FindsByName) {
  Module module;
  module.functions.emplace_back("f");
  EXPECT_EQ(module.Find("f"), module.functions.data());
  EXPECT_EQ(module.Find("g"), nullptr);
}

}  // namespace
}  // namespace nnc::ir
