#include "tests/ir/random_program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "ir/text.h"
#include "ir/verify.h"

namespace nnc::ir {
namespace {

constexpr uint64_t kPrograms = 400;

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

// What programs are made of, bodies of loops included.
struct Census {
  std::set<Op> ops;
  std::set<int64_t> ranks, sizes;
  std::set<Element> elements;
  int loops_in_loops = 0, shared = 0;

  void Count(const Function& function, int depth) {
    for (uint32_t uses : UseCounts(function)) shared += uses > 1;
    for (const Node& node : function.nodes()) {
      ops.insert(node.op);
      if (node.op == Op::kScan) {
        loops_in_loops += depth;
        Count(*node.attribute<Body>(AttributeKey::kBody).function, depth + 1);
        continue;
      }
      ranks.insert(node.type.rank());
      elements.insert(node.type.element);
      for (const Dim& dim : node.type.shape) sizes.insert(dim.value());
    }
  }
};

TEST(RandomProgram, ProgramsUseEveryOpRankAndSize) {
  Census census;
  std::set<uint32_t> lengths;
  size_t results = 0;
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    RandomProgram program = MakeRandomProgram(seed);
    lengths.insert(program.function.size() - program.function.argument_count());
    results += program.function.results().size();
    census.Count(program.function, 0);
  }
  for (Op op : AllOps()) {
    bool made = op != Op::kVjp && op != Op::kJacobian;
    EXPECT_TRUE(census.ops.contains(op) || !made) << InfoOf(op).mnemonic;
  }
  for (int64_t rank = 0; rank <= 6; ++rank) EXPECT_TRUE(census.ranks.contains(rank)) << rank;
  for (int64_t size : {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33}) EXPECT_TRUE(census.sizes.contains(size)) << size;
  EXPECT_EQ(census.elements.size(), 7u);
  EXPECT_GT(census.loops_in_loops, 0);
  EXPECT_GT(census.shared, static_cast<int>(kPrograms));
  EXPECT_GT(results, 2 * kPrograms);
  EXPECT_EQ(*lengths.begin(), 1u);
  EXPECT_GE(*lengths.rbegin(), 55u);
}

}  // namespace
}  // namespace nnc::ir
