// Random programs compute the same before and after each pass.
#include "tests/ir/random_program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "ir/text.h"
#include "passes/pipeline.h"

namespace nnc::passes {
namespace {

using ir::Function;
using ir::Tensor;

constexpr int kPrograms = 200;

// Whether two results are the same number. NaN is NaN, and infinity has a sign.
bool Same(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= tolerance * std::max(1.0, std::abs(a));
}

// Names the first difference; "" where there is none.
std::string Difference(const std::vector<Tensor>& before, const std::vector<Tensor>& after,
                       const std::vector<double>& tolerances) {
  if (before.size() != after.size()) return "another number of results";
  for (size_t r = 0; r < before.size(); ++r) {
    if (before[r].element != after[r].element || before[r].shape != after[r].shape) return "another type";
    for (int64_t i = 0; i < before[r].elements(); ++i) {
      double a = before[r].number(i), b = after[r].number(i);
      if (Same(a, b, tolerances[r])) continue;
      return fmt::format("result {}[{}]: {} became {}", r, i, a, b);
    }
  }
  return "";
}

// Evaluates `program` after each pass of the pipeline, and reports the first pass that changed a result. Folding rounds
// to the element type, so that results may move by a few roundings of f32.
void CheckEachPass(const ir::RandomProgram& program, const std::vector<double>& tolerances) {
  Function last = ExpandGradients(program.function);
  std::vector<Tensor> want = Evaluate(last, program.arguments);
  bool broken = false;
  Optimize(program.function, [&](std::string_view pass, const Function& f) {
    if (broken) return;
    std::string difference = Difference(want, Evaluate(f, program.arguments), tolerances);
    SourceManager sources;
    broken = !difference.empty();
    EXPECT_FALSE(broken) << difference << " by " << pass << ", which made\n"
                         << Print(last, sources) << "into\n"
                         << Print(f, sources);
    last = f;
  });
}

// Whether some f32 value, which the evaluator holds as a double, is beyond the range of f32: folding makes it infinite
// or zero, and it is right to.
bool LeavesF32(const ir::RandomProgram& program) {
  bool leaves = false;
  Evaluate(program.function, program.arguments, [&](ir::Value, const Tensor& value) {
    for (int64_t i = 0; value.element == ir::Element::kF32 && i < value.elements(); ++i) {
      double rounded = static_cast<float>(value.number(i));
      leaves |= std::isinf(rounded) != std::isinf(value.number(i)) || (rounded == 0) != (value.number(i) == 0);
    }
  });
  return leaves;
}

TEST(RandomPrograms, ComputeTheSameAfterEachPass) {
  int checked = 0;
  for (int seed = 0; seed < kPrograms && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ir::RandomProgram program = ir::MakeRandomProgram(seed);
    auto tolerances = ir::ResultTolerances(program.function, program.arguments);
    if (!tolerances) continue;
    CheckEachPass(program, *tolerances);
    ++checked;
  }
  EXPECT_GT(checked, kPrograms / 2);
}

// NaN and infinities are results like others: no pass may lose them.
TEST(RandomPrograms, KeepNanAndInfinityThroughEachPass) {
  int checked = 0;
  for (int seed = 0; seed < kPrograms && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ir::RandomProgram program = ir::MakeRandomProgram(seed, ir::ProgramValues::kWild);
    if (LeavesF32(program)) continue;
    CheckEachPass(program, std::vector<double>(program.function.results().size(), 1e-4));
    ++checked;
  }
  EXPECT_GT(checked, kPrograms / 2);
}

TEST(RandomPrograms, GradientsAreTheSameAfterEachPass) {
  int checked = 0;
  for (int seed = 0; seed < kPrograms && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::optional<ir::RandomProgram> program = ir::MakeRandomGradient(seed);
    if (!program) continue;
    auto tolerances = ir::ResultTolerances(ExpandGradients(program->function), program->arguments);
    if (!tolerances) continue;
    CheckEachPass(*program, *tolerances);
    ++checked;
  }
  EXPECT_GT(checked, 30);
}

}  // namespace
}  // namespace nnc::passes
