#include "passes/loops.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "ir/scan.h"
#include "passes/dce.h"
#include "passes/pipeline.h"
#include "tests/ir/op_samples.h"
#include "tests/passes/ir_text.h"

namespace nnc::passes {
namespace {

constexpr std::string_view kAttributes = "{carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1}";

// A loop over %xs: f32[4, 3] from %h: f32[3] that captures the operands in `captured`, after simplification. `body` is
// its inside, `results` what is taken of it.
std::string Simplified(std::string_view captured, std::string_view parameters, std::string_view body,
                       std::string_view results, std::string_view type = "(f32[3], f32[4, 3])",
                       std::string_view before = "") {
  std::string text(before);
  text += "%s = scan %h, %xs" + std::string(captured) + " " + std::string(kAttributes) +
          " func @body(%h: f32[3], %x: f32[3]" + std::string(parameters) + ") -> " + std::string(type) + " {\n" +
          std::string(body) + "\n} : " + std::string(type) + "\n";
  size_t types = text.find("-> (f32[3], f32[4, 3])");
  if (types != std::string::npos) text.replace(types, 22, "-> (f32[3], f32[3])");
  text += "%last = part %s {index = 0} : f32[3]\n%all = part %s {index = 1} : f32[4, 3]\n";
  ir::Function f = FromText("%h: f32[3], %xs: f32[4, 3], %k: f32[3]", text, results);
  ir::Function after = f;
  for (int round = 0; round < 4; ++round) after = EliminateDeadCode(SimplifyLoops(EliminateDeadCode(after)));
  ExpectSameResults(f, after);
  return BodyText(after);
}

const char kMinimal[] =
    "%s = scan %h, %xs {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} "
    "func @body(%h: f32[3], %x: f32[3]) -> (f32[3], f32[3]) {\n"
    "%n = add %h, %x : f32[3]\n"
    "return h = %n, y = %n\n"
    "} : (f32[3], f32[4, 3])\n"
    "%last = part %s {index = 0} : f32[3]\n"
    "%all = part %s {index = 1} : f32[4, 3]\n"
    "return last = %last, all = %all\n";

TEST(Loops, ChangesNothingThatIsSimple) {
  EXPECT_EQ(Simplified("", "", "%n = add %h, %x : f32[3]\nreturn h = %n, y = %n", "last = %last, all = %all"),
            kMinimal);
}

// An output may be called as a node is that is not its value.
TEST(Loops, WhatIsComputedBeforeTheLoopGetsAnotherNameThanOutputs) {
  EXPECT_EQ(Simplified(", %k", ", %k: f32[3]", "%y = exp %k : f32[3]\n%n = add %x, %y : f32[3]\nreturn h = %n, y = %n",
                       "all = %all"),
            "%y = exp %k : f32[3]\n"
            "%s = scan %xs, %y {carries = 0, checkpoint = false, length = 4, reverse = false, scanned = 1} "
            "func @body(%x: f32[3], %y.1: f32[3]) -> (f32[3]) {\n"
            "%n = add %x, %y.1 : f32[3]\n"
            "return y = %n\n"
            "} : (f32[4, 3])\n"
            "%all = part %s {index = 0} : f32[4, 3]\n"
            "return all = %all\n");
}

TEST(Loops, DropsWhatNothingReads) {
  EXPECT_EQ(Simplified(", %k", ", %k: f32[3]", "%n = add %h, %x : f32[3]\n%e = exp %k : f32[3]\nreturn h = %n, y = %e",
                       "last = %last"),
            "%s = scan %h, %xs {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} "
            "func @body(%h: f32[3], %x: f32[3]) -> (f32[3]) {\n"
            "%n = add %h, %x : f32[3]\n"
            "return h = %n\n"
            "} : (f32[3])\n"
            "%last = part %s {index = 0} : f32[3]\n"
            "return last = %last\n");
  EXPECT_EQ(Simplified("", "", "%n = add %h, %x : f32[3]\n%e = exp %x : f32[3]\nreturn h = %n, y = %e", "all = %all"),
            "%s = scan %xs {carries = 0, checkpoint = false, length = 4, reverse = false, scanned = 1} "
            "func @body(%x: f32[3]) -> (f32[3]) {\n"
            "%e = exp %x : f32[3]\n"
            "return y = %e\n"
            "} : (f32[4, 3])\n"
            "%all = part %s {index = 0} : f32[4, 3]\n"
            "return all = %all\n");
}

TEST(Loops, ComputesBeforeWhatIsTheSameInAllIterations) {
  EXPECT_EQ(
      Simplified(", %k", ", %k: f32[3]",
                 "%e = exp %k : f32[3]\n%m = mul %x, %e : f32[3]\n%n = add %h, %m : f32[3]\nreturn h = %n, y = %m",
                 "last = %last"),
      "%e = exp %k : f32[3]\n"
      "%s = scan %h, %xs, %e {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} "
      "func @body(%h: f32[3], %x: f32[3], %e: f32[3]) -> (f32[3]) {\n"
      "%m = mul %x, %e : f32[3]\n"
      "%n = add %h, %m : f32[3]\n"
      "return h = %n\n"
      "} : (f32[3])\n"
      "%last = part %s {index = 0} : f32[3]\n"
      "return last = %last\n");
}

TEST(Loops, OutputsThatNeedNoLoopAreWhatTheyAre) {
  EXPECT_EQ(Simplified("", "", "return h = %h, y = %x", "last = %last, all = %all"), "return last = %h, all = %xs\n");
  EXPECT_EQ(Simplified(", %k", ", %k: f32[3]", "%n = add %h, %x : f32[3]\nreturn h = %n, y = %k", "all = %all"),
            "%all = broadcast %k {shape = [4, 3]} : f32[4, 3]\nreturn all = %all\n");
}

TEST(Loops, ConstantsGoInside) {
  EXPECT_EQ(Simplified(", %c", ", %k: f32[3]",
                       "%m = mul %x, %k : f32[3]\n%n = add %h, %m : f32[3]\nreturn h = %n, y = %m", "last = %last",
                       "(f32[3], f32[4, 3])", "%c = constant {element = f32, shape = [3], value = 2.0} : f32[3]\n"),
            "%s = scan %h, %xs {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} "
            "func @body(%h: f32[3], %x: f32[3]) -> (f32[3]) {\n"
            "%c = constant {element = f32, shape = [3], value = 2.0} : f32[3]\n"
            "%m = mul %x, %c : f32[3]\n"
            "%n = add %h, %m : f32[3]\n"
            "return h = %n\n"
            "} : (f32[3])\n"
            "%last = part %s {index = 0} : f32[3]\n"
            "return last = %last\n");
}

TEST(Loops, MatricesAreTransposedBeforeTheLoop) {
  for (const ir::OpSample& sample : SamplesOf(ir::Op::kScan)) {
    if (sample.name != "recurrent layer, part 0") continue;
    std::string text = BodyText(SimplifyLoops(sample.function));
    EXPECT_EQ(text.find("transpose_b = true"), std::string::npos) << text;
    EXPECT_EQ(text.find("transpose %u {axes = [1, 0]} : f32[3, 3]"), text.find(" = transpose") + 3) << text;
    ExpectSameResults(sample.function, SimplifyLoops(sample.function), 1e-12);
  }
}

TEST(Loops, EverySampleKeepsItsMeaning) {
  for (const ir::OpSample& sample : SamplesOf(ir::Op::kScan, ir::SampleValues::kSpecial)) {
    SCOPED_TRACE(sample.name);
    ExpectSameResults(sample.function, SimplifyLoops(sample.function));
    ExpectSameResults(sample.function, Optimize(sample.function), 1e-12);
  }
}

// The parts of the loops of sum((last carry)^2) and of its derivatives by all arguments.
std::vector<ir::ScanParts> LoopsOfGradient(bool checkpoint) {
  for (ir::OpSample& sample : SamplesOf(ir::Op::kScan)) {
    if (sample.name != (checkpoint ? "the same, run again, part 0" : "recurrent layer, part 0")) continue;
    ir::Function f = sample.function;
    ir::Builder b(f);
    ir::Value last = f.results()[0].value, y = b.ReduceAll(ir::Op::kReduceSum, b.Mul(last, last));
    ir::Value one = b.ConstantLike(1, y);
    for (uint32_t i = 0; i < f.argument_count(); ++i) f.AddResult("d" + std::to_string(i), b.Vjp(y, ir::Value{i}, one));
    std::vector<ir::ScanParts> loops;
    const ir::Function optimized = Optimize(f);
    for (const ir::Node& node : optimized.nodes()) {
      if (node.op == ir::Op::kScan) loops.push_back(ir::PartsOf(node));
    }
    return loops;
  }
  return {};
}

TEST(LoopsOfGradients, SaveDearValuesAndMultiplyAfterTheLoop) {
  std::vector<ir::ScanParts> loops = LoopsOfGradient(false);
  ASSERT_EQ(loops.size(), 2u);
  EXPECT_EQ(loops[0].outputs(), 2u);  // the carry before the iteration and tanh
  EXPECT_EQ(loops[1].carries, 1u);    // the adjoint of the carry, but no sum of a matrix
  EXPECT_TRUE(loops[1].reverse);
  int products = 0;
  for (const ir::Node& node : loops[1].body->nodes()) products += node.op == ir::Op::kMatMul;
  EXPECT_EQ(products, 2);  // for d h and d x; those for the weights come after the loop
}

TEST(LoopsOfGradients, CheckpointSavesCarriesAlone) {
  std::vector<ir::ScanParts> loops = LoopsOfGradient(true);
  ASSERT_EQ(loops.size(), 2u);
  EXPECT_EQ(loops[0].outputs(), 1u);
  EXPECT_EQ(loops[1].carries, 2u);  // the adjoint of the carry and of the captured matrix
  int tanhs = 0;
  for (const ir::Node& node : loops[1].body->nodes()) tanhs += node.op == ir::Op::kTanh;
  EXPECT_EQ(tanhs, 1);
}

}  // namespace
}  // namespace nnc::passes
