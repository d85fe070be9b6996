#include "tests/ir/random_program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "ir/text.h"
#include "ir/verify.h"

namespace nnc::ir {
namespace {

constexpr uint64_t kPrograms = 600;

TEST(RandomProgram, EveryProgramIsWellTypedAndReadsBack) {
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    SCOPED_TRACE(seed);
    Module module;
    module.functions.push_back(MakeRandomProgram(seed).function);
    Diagnostics diagnostics;
    EXPECT_TRUE(Verify(module, diagnostics));
    SourceManager sources;
    std::string text = Print(module, sources);
    Module read = Parse(sources.Add("t", text), sources, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors());
    EXPECT_EQ(Print(read, sources), text);
  }
}

TEST(RandomProgram, TheTextOfAProgramComputesTheSame) {
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    SCOPED_TRACE(seed);
    RandomProgram program = MakeRandomProgram(seed, ProgramValues::kWild);
    SourceManager sources;
    Diagnostics diagnostics;
    Module read = Parse(sources.Add("t", Print(program.function, sources)), sources, diagnostics);
    ASSERT_EQ(read.functions.size(), 1u);
    std::vector<Tensor> want = Evaluate(program.function, program.arguments);
    std::vector<Tensor> got = Evaluate(read.functions[0], program.arguments);
    ASSERT_EQ(got.size(), want.size());
    for (size_t r = 0; r < want.size(); ++r) {
      for (int64_t i = 0; i < want[r].elements(); ++i) {
        double a = want[r].number(i), b = got[r].number(i);
        EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b)));
      }
    }
  }
}

TEST(RandomProgram, TameProgramsAreWellConditioned) {
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    RandomProgram program = MakeRandomProgram(seed);
    for (const Tensor& result : Evaluate(program.function, program.arguments)) {
      for (int64_t i = 0; i < result.elements(); ++i) EXPECT_TRUE(std::isfinite(result.number(i)));
    }
  }
}

TEST(RandomProgram, ProgramsUseEveryOpAndDifferentSizes) {
  std::set<Op> ops;
  std::set<uint32_t> sizes;
  int gradients = 0;
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    RandomProgram program = MakeRandomProgram(seed);
    sizes.insert(program.function.size());
    for (const Node& node : program.function.nodes()) ops.insert(node.op);
    gradients += MakeRandomGradient(seed).has_value();
  }
  for (Op op : AllOps()) {
    bool made = InfoOf(op).op_class != OpClass::kRequest && InfoOf(op).op_class != OpClass::kLoop;
    EXPECT_TRUE(ops.contains(op) || !made) << InfoOf(op).mnemonic;
  }
  EXPECT_GT(sizes.size(), 20u);
  EXPECT_GT(gradients, 100);
}

TEST(ResultTolerances, TellIllConditionedResults) {
  SourceManager sources;
  Diagnostics diagnostics;
  Module module = Parse(sources.Add("t", R"(func @good(%x: f32) -> (f32) {
  %y = exp %x : f32
  return r = %y
}
func @jump(%x: f32) -> (f32) {
  %y = floor %x : f32
  return r = %y
}
)"),
                        sources, diagnostics);
  auto at = [&](std::string_view name, double x) {
    return ResultTolerances(*module.Find(name), {Tensor::Floats({}, {x})});
  };
  ASSERT_TRUE(at("good", 1));
  EXPECT_LT((*at("good", 1))[0], 1e-4);
  EXPECT_GT((*at("good", 1))[0], 0);
  EXPECT_TRUE(at("jump", 1.5));
  EXPECT_FALSE(at("jump", 1.0));
  EXPECT_FALSE(at("good", 800));
}

}  // namespace
}  // namespace nnc::ir
