#include "driver/call.h"

#include <fmt/format.h>

#include "driver/print_tensor.h"
#include "driver/whole_number.h"
#include "runtime/dataset.h"
#include "runtime/input.h"
#include "runtime/npy.h"
#include "runtime/safetensors.h"
#include "runtime/weights.h"

namespace nnc::driver {
namespace {

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

}  // namespace

void AddCallOptions(CLI::App& command, CallArguments& arguments) {
  command.add_option("file", arguments.path, "a .nn or .nnir file")->required();
  command.add_option("function", arguments.function, "a top-level fn, or a func of IR text")->required();
  command.add_option("--weights", arguments.weights, "weights.safetensors; default: initial values");
  command.add_option("--input", arguments.inputs, "NAME=FILE.npy, NAME=NUMBER or NAME=LIST; once for each argument")
      ->take_all();
  command.add_option("--set", arguments.settings, "NAME=VALUE: another value of a static let")->take_all();
  command.add_option("--seed", arguments.seed, "seed of random numbers, and of initial values")->check(WholeNumber());
  AddCodeOptions(command, arguments.code, "threads that compute");
}

std::optional<Program> CompileCalled(const CallArguments& arguments, Session& session) {
  bool kept = !arguments.weights.empty() && !IsIrPath(arguments.path);
  if (kept) session.files->Know(runtime::LoadClasses(arguments.weights));
  return CompileAny(arguments.path, ParseOverrides(arguments.settings), session);
}

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

runtime::TensorMap WeightsFor(const ir::Function& function, const Program& program, const CallArguments& arguments,
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

void ShowResults(const Results& results, const std::string& path) {
  if (path.empty()) {
    Print(ResultsText(results));
  } else {
    WriteResults(results, path);
  }
}

}  // namespace nnc::driver
