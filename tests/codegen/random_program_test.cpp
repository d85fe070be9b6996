// Random programs compute the same as generated code as in the reference evaluator.
#include "tests/ir/random_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ir/text.h"
#include "passes/pipeline.h"
#include "tests/codegen/run_compiled.h"
#include "tests/ir/reduce_program.h"

namespace nnc::codegen {
namespace {

using ir::Tensor;

// Starting the compiler takes most of the time, so many programs are compiled as one module.
constexpr int kModules = 8, kProgramsPerModule = 32;

// Where an element is further off than the program's conditioning explains: `tolerance` is what about a hundred
// roundings of f32 at each op would do (see ResultTolerances). A number below the smallest normal one may be 0.
std::string FirstDifference(const Tensor& got, const Tensor& want, double tolerance) {
  if (got.shape != want.shape) return "another shape";
  for (int64_t i = 0; i < want.elements(); ++i) {
    double a = want.number(i), b = got.number(i);
    bool is_double = want.element == ir::Element::kF64;
    double rounding = is_double ? 1e-12 : 1e-6;
    double smallest = is_double ? std::numeric_limits<double>::min() : std::numeric_limits<float>::min();
    if (std::abs(a - b) <= tolerance + rounding * std::abs(a) + smallest) continue;
    return "element " + std::to_string(i) + " is " + ir::FloatText(b) + ", not " + ir::FloatText(a);
  }
  return "";
}

// What the compiled program gets wrong; "" where nothing, or where the program is ill-conditioned.
std::string Wrong(const Compiled& compiled, const ir::RandomProgram& program) {
  auto tolerances = ir::ResultTolerances(program.function, program.arguments);
  if (!tolerances) return "";
  std::vector<Tensor> want = Evaluate(program.function, program.arguments);
  std::vector<Tensor> got = Run(compiled, program.function.name(), program.arguments);
  for (size_t r = 0; r < want.size(); ++r) {
    std::string difference = FirstDifference(got[r], want[r], (*tolerances)[r]);
    if (!difference.empty()) return "result " + program.function.results()[r].name + ": " + difference;
  }
  return "";
}

// The smallest part of `program` that goes wrong, as text with its arguments' numbers.
std::string Reduced(const ir::RandomProgram& program, const Options& options) {
  auto wrong = [&](const ir::RandomProgram& part) { return Wrong(Compile({&part.function}, {}, options), part); };
  ir::RandomProgram part = ir::ReduceProgram(program, [&](const auto& p) { return !wrong(p).empty(); });
  SourceManager sources;
  std::string text = wrong(part) + " in\n" + Print(part.function, sources) + "at";
  constexpr int64_t kShown = 32;
  for (const Tensor& argument : part.arguments) {
    text += "\n ";
    for (int64_t i = 0; i < std::min(argument.elements(), kShown); ++i) text += " " + ir::FloatText(argument.number(i));
  }
  return text;
}

void CheckModule(std::vector<ir::RandomProgram> programs, const Options& options) {
  std::vector<const ir::Function*> functions;
  for (ir::RandomProgram& program : programs) {
    program.function.set_name("random" + std::to_string(functions.size()));
    functions.push_back(&program.function);
  }
  Compiled compiled = Compile(functions, {}, options);
  for (const ir::RandomProgram& program : programs) {
    std::string wrong = Wrong(compiled, program);
    EXPECT_EQ(wrong, "") << "in " << program.function.name() << ", reduced: " << Reduced(program, options);
  }
}

// The module number and the level at which LLVM optimises it.
class RandomPrograms : public testing::TestWithParam<int> {
 protected:
  static Options OptionsOf(int module) {
    Options options;
    options.optimization = module % 4;
    return options;
  }
};

TEST_P(RandomPrograms, ComputeWhatTheEvaluatorDoes) {
  std::vector<ir::RandomProgram> programs;
  for (int i = 0; i < kProgramsPerModule; ++i) {
    programs.push_back(ir::MakeRandomProgram(GetParam() * kProgramsPerModule + i));
  }
  CheckModule(std::move(programs), OptionsOf(GetParam()));
}

TEST_P(RandomPrograms, OptimizedGradientsComputeWhatTheEvaluatorDoes) {
  std::vector<ir::RandomProgram> programs;
  for (int i = 0; i < kProgramsPerModule; ++i) {
    auto program = ir::MakeRandomGradient(GetParam() * kProgramsPerModule + i);
    if (!program) continue;
    program->function = passes::Optimize(program->function);
    programs.push_back(*std::move(program));
  }
  CheckModule(std::move(programs), OptionsOf(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0, kModules));

}  // namespace
}  // namespace nnc::codegen
