// nnc run: one function on given inputs.

#include <fmt/format.h>

#include <algorithm>

#include "driver/code_options.h"
#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/print_tensor.h"
#include "runtime/dataset.h"
#include "runtime/input.h"
#include "runtime/npy.h"
#include "runtime/run_function.h"
#include "runtime/safetensors.h"
#include "runtime/weights.h"

namespace nnc::driver {
namespace {

struct RunArguments {
  std::string path, function, weights, output, backend = "jit";
  std::vector<std::string> inputs, settings;
  int64_t seed = 0;
  CodeArguments code;
};

runtime::TensorMap ReadInputs(const std::vector<std::string>& inputs) {
  runtime::TensorMap tensors;
  for (const std::string& input : inputs) {
    size_t equals = input.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Failure(DiagnosticKind::kUsage, "--input", fmt::format("expected NAME=VALUE, found `{}`", input));
    }
    tensors.insert_or_assign(input.substr(0, equals), runtime::ReadInput(input.substr(equals + 1)));
  }
  return tensors;
}

// Parameters and data constants: those of the weights file, else initial values and what the data says.
runtime::TensorMap Weights(const Program& program, const ir::Function& function, const RunArguments& arguments,
                           const runtime::RunOptions& options, const Session& session) {
  runtime::TensorMap weights;
  if (!arguments.weights.empty()) {
    weights = IsIrPath(arguments.path) ? runtime::ReadSafetensors(arguments.weights).tensors
                                       : runtime::LoadWeights(arguments.weights, program);
  } else if (!program.init_function.empty()) {
    const ir::Function& init = FindFunction(program.module, program.init_function);
    for (auto& [name, value] : runtime::RunFunction(init, {}, {}, options)) weights.insert_or_assign(name, value);
  }
  runtime::DataStore data(program, options.backend, session.files, options.codegen);
  for (const DataConstant& constant : program.constants) {
    bool needed = function.FindArgument(constant.name) && !weights.contains(constant.name);
    if (needed) weights.insert_or_assign(constant.name, data.Constant(constant));
  }
  return weights;
}

using Results = std::vector<std::pair<std::string, runtime::Tensor>>;

// One result into `path`, several each into a file of its own: out.NAME.npy for out.npy.
void WriteResults(const Results& results, const std::string& path) {
  std::string stem = path.ends_with(".npy") ? path.substr(0, path.size() - 4) : path;
  for (const auto& [name, value] : results) {
    runtime::WriteNpy(results.size() == 1 ? path : fmt::format("{}.{}.npy", stem, name), value);
  }
}

std::string ResultsText(const Results& results) {
  if (results.size() == 1) return TensorText(results[0].second);
  std::string text;
  for (const auto& [name, value] : results) text += fmt::format("{} =\n{}", name, TensorText(value));
  return text;
}

int RunOne(const RunArguments& arguments, Session& session) {
  bool kept = !arguments.weights.empty() && !IsIrPath(arguments.path);
  if (kept) session.files->Know(runtime::LoadClasses(arguments.weights));
  auto program = CompileAny(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  const ir::Function& function = FindFunction(program->module, arguments.function);
  runtime::RunOptions options{
      .backend = arguments.backend == "eval" ? runtime::Backend::kEvaluator : runtime::Backend::kJit,
      .codegen = OptionsOf(arguments.code),
      .seed = arguments.seed};
  runtime::TensorMap inputs = ReadInputs(arguments.inputs);
  runtime::TensorMap weights = Weights(*program, function, arguments, options, session);
  Results results = runtime::RunFunction(function, inputs, weights, options);
  if (arguments.output.empty()) {
    Print(ResultsText(results));
  } else {
    WriteResults(results, arguments.output);
  }
  return kExitOk;
}

}  // namespace

void AddRun(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "run a function on inputs");
  command->add_option("file", arguments->path, "a .nn or .nnir file")->required();
  command->add_option("function", arguments->function, "a top-level fn, or a func of IR text")->required();
  command->add_option("--weights", arguments->weights, "weights.safetensors; default: initial values");
  command->add_option("--input", arguments->inputs, "NAME=FILE.npy, NAME=NUMBER or NAME=LIST; once for each argument")
      ->take_all();
  command->add_option("--output", arguments->output,
                      "write the result to this .npy file; several results go to FILE.NAME.npy each");
  command->add_option("--backend", arguments->backend, "jit: native code; eval: the reference evaluator")
      ->check(CLI::IsMember({"jit", "eval"}));
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->add_option("--seed", arguments->seed, "seed of random numbers, and of initial values");
  AddCodeOptions(*command, arguments->code, "threads that compute");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return RunOne(*arguments, session); }; });
}

}  // namespace nnc::driver
