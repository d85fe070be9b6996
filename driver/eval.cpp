// nnc eval: the loss and metrics of trained weights on every split.

#include <fmt/format.h>

#include "driver/code_options.h"
#include "driver/commands.h"
#include "driver/compile.h"
#include "runtime/report.h"
#include "runtime/trainer.h"
#include "runtime/weights.h"
#include "view/table.h"

namespace nnc::driver {
namespace {

struct EvalArguments {
  std::string path, run, weights;
  std::vector<std::string> settings;
  CodeArguments code;
  bool json = false;
};

std::string FiguresTable(const std::vector<runtime::SplitFigures>& splits) {
  std::vector<std::vector<std::string>> rows = {{"split", "samples", "loss"}};
  if (!splits.empty()) {
    for (const auto& [name, value] : splits[0].figures.metrics) rows[0].push_back(name);
  }
  for (const runtime::SplitFigures& split : splits) {
    std::vector<std::string> row = {split.split, std::to_string(split.figures.samples)};
    row.push_back(fmt::format("{:.4f}", split.figures.loss));
    for (const auto& [name, value] : split.figures.metrics) row.push_back(fmt::format("{:.4f}", value));
    rows.push_back(std::move(row));
  }
  return view::TableText(rows, 0);
}

int Eval(const EvalArguments& arguments, Session& session) {
  auto program = CompileProgram(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  const TrainPlan& plan = FindRun(*program, arguments.run);
  runtime::TensorMap weights = runtime::LoadWeights(arguments.weights, *program);
  const codegen::Options codegen = OptionsOf(arguments.code);
  runtime::DataStore data(*program, runtime::Backend::kJit, session.files, codegen);
  auto splits = runtime::Evaluate(*program, plan, data, weights, codegen);
  if (!arguments.json) {
    Print(FiguresTable(splits));
    return kExitOk;
  }
  for (const runtime::SplitFigures& split : splits) Print(runtime::EvalJson(split) + "\n");
  return kExitOk;
}

}  // namespace

void AddEval(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<EvalArguments>();
  CLI::App* command = app.add_subcommand("eval", "loss and metrics of trained weights on every split");
  command->add_option("file", arguments->path, "a .nn file")->required();
  command->add_option("run", arguments->run, "the train block whose loss it is; default: the first");
  command->add_option("--weights", arguments->weights, "weights.safetensors")->required();
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  AddCodeOptions(*command, arguments->code, "threads that compute");
  command->add_flag("--json", arguments->json, "print JSON lines");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Eval(*arguments, session); }; });
}

}  // namespace nnc::driver
