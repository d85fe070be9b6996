// nnc explain: one page that shows a model, its derivatives and its training step as a lecture does.

#include "view/explain.h"

#include <fmt/format.h>

#include "codegen/step_plan.h"
#include "driver/adjoint_graph.h"
#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/format.h"
#include "driver/loss_arguments.h"
#include "driver/path_ending.h"
#include "driver/whole_number.h"
#include "ir/text.h"
#include "runtime/files.h"
#include "runtime/weights.h"

namespace nnc::driver {
namespace {

struct ExplainArguments {
  std::string path, run, output, weights;
  std::vector<std::string> settings;
  int64_t row = 0, seed = 0;
};

// The values of one sample, from the data; where its files are not there, random ones, and `remark` says so.
LossArguments SampleOf(const Program& program, const TrainPlan& plan, LossInputs inputs, std::string& remark) {
  try {
    return {program, plan, inputs};
  } catch (const Failure& failure) {
    if (failure.diagnostic().kind != DiagnosticKind::kCannotRead) throw;
    remark = fmt::format("The data are not there ({}), so the sample is made of random numbers.", failure.what());
    inputs.made_up = true;
    return {program, plan, inputs};
  }
}

std::vector<view::Numbers> Follow(const ir::Function& function, const std::vector<ir::Tensor>& arguments) {
  std::vector<view::Numbers> numbers(function.size());
  ir::Evaluate(function, arguments,
               [&](ir::Value v, const ir::Tensor& value) { numbers[v.index] = view::NumbersOf(value); });
  return numbers;
}

void AddStep(const Program& program, const TrainPlan& plan, const Session& session, view::LessonInput& lesson) {
  ir::Module module = AtBatchSize(program);
  int64_t rows = plan.batch > 0 ? plan.batch : DefaultRows(program);
  ir::Function step = passes::Optimize(AtSize(FindFunction(module, plan.step_function), rows));
  lesson.step = codegen::PlanStep(step, {});
  lesson.step_text = ir::Print(step, session.sources, {.locations = false});
  lesson.facts.emplace_back("batch", fmt::format("{} rows", rows));
  lesson.facts.emplace_back("memory of a step", BytesText(lesson.step.arena_bytes));
}

int64_t CountParameters(const Program& program, const ir::Function& loss) {
  int64_t count = 0;
  for (const Parameter& parameter : program.parameters) {
    if (loss.FindArgument(parameter.name)) count += parameter.type.elements();
  }
  return count;
}

int Explain(const ExplainArguments& arguments, Session& session) {
  if (!arguments.weights.empty()) session.files->Know(runtime::LoadClasses(arguments.weights));
  auto program = CompileProgram(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  const TrainPlan& plan = FindRun(*program, arguments.run);
  LossInputs inputs{.first = arguments.row, .rows = 1, .seed = arguments.seed, .files = session.files};
  if (!arguments.weights.empty()) inputs.weights = runtime::LoadWeights(arguments.weights, *program);

  AdjointGraph graph = WithAdjoints(AtSize(FindFunction(program->module, plan.loss_function), 1));
  view::LessonInput lesson;
  lesson.title = fmt::format("{}: {}", arguments.path, plan.name);
  lesson.sources = &session.sources;
  LossArguments sample = SampleOf(*program, plan, inputs, lesson.remark);
  lesson.numbers = Follow(graph.function, sample.For(graph.function));
  lesson.loss = graph.loss;
  for (const passes::Cotangent& each : graph.adjoints) lesson.adjoints.emplace_back(each.value, each.adjoint);
  lesson.facts.emplace_back("run", plan.name);
  lesson.facts.emplace_back("parameters", std::to_string(CountParameters(*program, graph.function)));
  lesson.facts.emplace_back("weights", arguments.weights.empty() ? "initial" : arguments.weights);
  if (!plan.data.empty())
    lesson.facts.emplace_back("sample", lesson.remark.empty() ? fmt::format("row {}", arguments.row) : "random");
  lesson.facts.emplace_back("its loss", fmt::format("{:.6g}", lesson.numbers[graph.loss.index].first.at(0)));
  lesson.function = std::move(graph.function);
  AddStep(*program, plan, session, lesson);
  runtime::WriteAtomically(arguments.output, view::ExplanationPage(view::LessonOf(std::move(lesson))));
  return kExitOk;
}

}  // namespace

void AddExplain(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<ExplainArguments>();
  CLI::App* command = app.add_subcommand("explain", "a page that shows a model, its derivatives and its training step");
  command->add_option("file", arguments->path, "a .nn file")->required();
  command->add_option("run", arguments->run, "the train block whose loss it is; default: the first");
  command->add_option("-o,--output", arguments->output, "the page, a .html file")->required()->check(EndsIn({".html"}));
  command->add_option("--weights", arguments->weights, "weights.safetensors; default: initial values");
  command->add_option("--row", arguments->row, "the sample that is followed: a row of the training data, from 0")
      ->check(WholeNumber(0));
  command->add_option("--seed", arguments->seed, "seed of initial values and random numbers")->check(WholeNumber());
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Explain(*arguments, session); }; });
}

}  // namespace nnc::driver
