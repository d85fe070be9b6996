// Every op of the table, as generated code, against the reference evaluator.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/codegen/run_compiled.h"
#include "tests/ir/op_samples.h"

namespace nnc::codegen {
namespace {

class OpTest : public testing::TestWithParam<ir::Op> {};

// Adds or multiplies many numbers, or takes a difference of large ones: the error is relative to the largest number on
// the way, not to the result.
bool Cancels(ir::Op op) {
  return op == ir::Op::kReduceSum || op == ir::Op::kReduceProd || op == ir::Op::kMatMul || op == ir::Op::kMod ||
         op == ir::Op::kCumSum || ir::InfoOf(op).op_class == ir::OpClass::kLoop;
}

// Only where an f32 result is NaN: sums of the largest numbers overflow in f32 and not in the evaluator's f64, and in
// f64 when the order is another.
std::string NanDifference(const ir::Tensor& actual, const ir::Tensor& expected) {
  if (expected.element == ir::Element::kF64) return "";
  for (int64_t i = 0; i < expected.elements(); ++i) {
    if (std::isnan(expected.number(i)) && !std::isnan(actual.number(i))) return std::to_string(i) + " is not NaN";
  }
  return "";
}

std::string DifferenceFor(ir::Op op, ir::SampleValues values, const ir::Tensor& actual, const ir::Tensor& expected) {
  if (!Cancels(op) || !ir::IsFloat(expected.element)) return Difference(actual, expected);
  if (values == ir::SampleValues::kSpecial) return NanDifference(actual, expected);
  // At most 100 terms of magnitude below 16: 100 * 16 * 2^-24 < 1e-4.
  return Difference(actual, expected, expected.element == ir::Element::kF32 ? 1e-4 : 0);
}

// All samples are compiled as one module: most of the time goes into starting the compiler.
void ExpectSamplesHold(ir::Op op, ir::SampleValues values, const Options& options = {}) {
  std::vector<ir::OpSample> samples = ir::SamplesOf(op, values);
  std::vector<const ir::Function*> functions;
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i].function.set_name("sample" + std::to_string(i));
    functions.push_back(&samples[i].function);
  }
  const Compiled compiled = Compile(functions, {}, options);
  for (const ir::OpSample& sample : samples) {
    const std::vector<ir::Tensor> expected = ir::Evaluate(sample.function, sample.arguments);
    const std::vector<ir::Tensor> actual = Run(compiled, sample.function.name(), sample.arguments);
    EXPECT_EQ(DifferenceFor(op, values, actual[0], expected[0]), "") << sample.name;
  }
}

TEST_P(OpTest, GivesWhatTheEvaluatorGives) { ExpectSamplesHold(GetParam(), ir::SampleValues::kAny); }

TEST_P(OpTest, TreatsNanInfinityAndExtremesAsTheEvaluatorDoes) {
  ExpectSamplesHold(GetParam(), ir::SampleValues::kSpecial);
}

TEST_P(OpTest, TouchesOnlyItsTensors) {
  Options options;
  options.check_bounds = true;
  options.optimization = 0;
  ExpectSamplesHold(GetParam(), ir::SampleValues::kAny, options);
}

// Requests for derivatives never reach code generation.
std::vector<ir::Op> OpsOfCode() {
  std::vector<ir::Op> ops = ir::AllOps();
  std::erase_if(ops, [](ir::Op op) { return ir::InfoOf(op).op_class == ir::OpClass::kRequest; });
  return ops;
}

INSTANTIATE_TEST_SUITE_P(Table, OpTest, testing::ValuesIn(OpsOfCode()),
                         [](const auto& test) { return std::string(ir::InfoOf(test.param).name); });

}  // namespace
}  // namespace nnc::codegen
