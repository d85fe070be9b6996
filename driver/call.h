// A function of a file, called with inputs from the command line: what `nnc run` and `nnc jacobian` share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "driver/code_options.h"
#include "driver/compile.h"
#include "driver/session.h"
#include "runtime/run_function.h"

namespace nnc::driver {

struct CallArguments {
  std::string path, function, weights;
  std::vector<std::string> inputs, settings;
  int64_t seed = 0;
  CodeArguments code;
};

// Declares the file, the function, --weights, --input, --set, --seed and the options of code.
void AddCallOptions(CLI::App& command, CallArguments& arguments);

// The file of the call. nullopt after errors, which are in the session's diagnostics.
std::optional<Program> CompileCalled(const CallArguments& arguments, Session& session);

// What the command line says of its own account: each NAME=VALUE of --input. Throws Failure Usage, and as
// runtime::ReadInput.
runtime::TensorMap ReadInputs(const std::vector<std::string>& inputs);

// Parameters and data constants that `function` takes: those of the weights file, else initial values and what the data
// says. Throws as reading them does.
runtime::TensorMap WeightsFor(const ir::Function& function, const Program& program, const CallArguments& arguments,
                              const runtime::RunOptions& options, const Session& session);

using Results = std::vector<std::pair<std::string, runtime::Tensor>>;

// Prints one result as a tensor and several with their names; or, with a path, writes one to it and several each into a
// file of its own: out.NAME.npy for out.npy.
void ShowResults(const Results& results, const std::string& path);

}  // namespace nnc::driver
