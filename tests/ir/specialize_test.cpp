#include "ir/specialize.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "ir/diagnostics.h"
#include "ir/verify.h"

namespace nnc::ir {
namespace {

const Dim B = Dim::Variable("B");
const Dim T = Dim::Variable("T");

TEST(Specialize, PutsNumbersInTypesAndAttributes) {
  Function f("f");
  Builder b(f);
  Value x = b.Argument("x", Type(Element::kF32, {B, T}));
  b.span = {1, 2, 3, 4};
  Value flat = b.Reshape(x, {B * T});
  Value n = b.Size(B + 1);
  f.AddResult("flat", flat);
  f.AddResult("n", n);
  EXPECT_EQ(DimensionVariables(f), (std::vector<std::string>{"B", "T"}));

  Function g = Specialize(f, {{"B", 32}});
  EXPECT_EQ(ToString(g.type(x)), "f32[32, T]");
  EXPECT_EQ(ToString(g.type(flat)), "f32[32*T]");
  EXPECT_EQ(g.node(n).attribute<Dim>(AttributeKey::kDim), Dim(33));
  EXPECT_EQ(g.node(flat).name, f.node(flat).name);
  EXPECT_EQ(g.node(flat).span, f.node(flat).span);
  EXPECT_EQ(g.results().size(), 2u);
  EXPECT_EQ(DimensionVariables(g), std::vector<std::string>{"T"});
  Diagnostics diagnostics;
  EXPECT_TRUE(Verify(g, diagnostics));
}

TEST(Specialize, ChangesNothingWithoutBindings) {
  Function f("f");
  Builder b(f);
  Value y = b.Exp(b.Argument("x", Type(Element::kF32, {B})));
  Function g = Specialize(f, {});
  EXPECT_EQ(g.size(), f.size());
  EXPECT_EQ(g.type(y), f.type(y));
}

TEST(Specialize, SaysWhereANumberDoesNotFit) {
  Function f("f");
  Builder b(f);
  Value x = b.Argument("x", Type(Element::kF32, {B}));
  b.span = {1, 2, 3, 4};
  b.Slice(x, 0, 0, B - 2);
  try {
    Specialize(f, {{"B", 1}});
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostic().kind, DiagnosticKind::kBadIndex);
    EXPECT_EQ(failure.diagnostic().span, (Span{1, 2, 3, 4}));
  }
}

}  // namespace
}  // namespace nnc::ir
