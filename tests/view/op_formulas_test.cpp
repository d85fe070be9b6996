#include "view/op_formulas.h"

#include <gmock/gmock.h>

#include "ir/builder.h"
#include "ir/derivatives.h"
#include "tests/ir/op_samples.h"
#include "tests/view/xml.h"
#include "view/explain_terms.h"

namespace nnc::view {
namespace {

using ::testing::HasSubstr;

// The last value of each sample's function is the op.
struct Sample {
  ir::Function function;
  ir::Value value;
  Naming Names() const {
    return {[this](ir::Value v) { return NameOf(function, v); },
            [this](ir::Value v) { return Adjoint(NameOf(function, v)); }};
  }
};

class OpFormulas : public ::testing::TestWithParam<ir::Op> {};

TEST_P(OpFormulas, AreWellFormed) {
  for (const ir::OpSample& each : ir::SamplesOf(GetParam())) {
    SCOPED_TRACE(each.name);
    Sample sample{each.function, each.function.results()[0].value};
    const ir::Node& node = sample.function.node(sample.value);
    const Naming names = sample.Names();
    EXPECT_EQ(XmlFault(MathElement(FormulaOf(sample.function, sample.value, names))), "");
    for (size_t i = 0; i < node.operands.size(); ++i) {
      std::string vjp = MathElement(VjpFormulaOf(sample.function, sample.value, i, names));
      EXPECT_EQ(XmlFault(vjp), "");
      bool passes =
          ir::CarriesDerivative(sample.function, node, i) && ir::InfoOf(node.op).gradient == ir::Gradient::kVjp;
      if (passes) {
        EXPECT_NE(vjp, MathElement(Number(int64_t{0}))) << "a derivative passes to operand " << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, OpFormulas, ::testing::ValuesIn(ir::AllOps()),
                         [](const auto& op) { return std::string(ir::InfoOf(op.param).name); });

// x times y, of types that broadcast, then tanh.
Sample Example() {
  Sample sample{ir::Function("f"), {}};
  ir::Builder build(sample.function);
  ir::Value x = build.Argument("x", {ir::Element::kF32, {2, 3}}),
            b = build.Argument("net.fc1.bias", {ir::Element::kF32, {3}});
  sample.value = build.Mul(x, b);
  return sample;
}

TEST(VjpFormula, SumsWhatBroadcastingCopied) {
  Sample sample = Example();
  const Naming names = sample.Names();
  std::string to_x = VjpFormulaOf(sample.function, sample.value, 0, names).markup();
  std::string to_bias = VjpFormulaOf(sample.function, sample.value, 1, names).markup();
  EXPECT_THAT(to_x, ::testing::Not(HasSubstr("∑")));
  EXPECT_THAT(to_bias, HasSubstr("<munder><mo>∑</mo><mrow><mtext>axis 1</mtext></mrow></munder>"));
}

TEST(NameOf, ShowsWhatAParameterIs) {
  Sample sample = Example();
  EXPECT_EQ(NameOf(sample.function, ir::Value{1}).markup(),
            "<msub><mrow><mi>b</mi></mrow><mrow><mtext>fc1</mtext></mrow></msub>");
  EXPECT_EQ(NameOf(sample.function, sample.value).markup(),
            "<msub><mrow><mi>h</mi></mrow><mrow><mtext>2</mtext></mrow></msub>");
}

}  // namespace
}  // namespace nnc::view
