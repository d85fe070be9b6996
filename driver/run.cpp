// nnc run: one function on given inputs.

#include "driver/call.h"
#include "driver/commands.h"

namespace nnc::driver {
namespace {

struct RunArguments {
  CallArguments call;
  std::string output, backend = "jit";
};

int RunOne(const RunArguments& arguments, Session& session) {
  auto program = CompileCalled(arguments.call, session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  const ir::Function& function = FindFunction(program->module, arguments.call.function);
  runtime::RunOptions options{
      .backend = arguments.backend == "eval" ? runtime::Backend::kEvaluator : runtime::Backend::kJit,
      .codegen = OptionsOf(arguments.call.code),
      .seed = arguments.call.seed};
  runtime::TensorMap inputs = ReadInputs(arguments.call.inputs);
  runtime::TensorMap weights = WeightsFor(function, *program, arguments.call, options, session);
  ShowResults(runtime::RunFunction(function, inputs, weights, options), arguments.output);
  return kExitOk;
}

}  // namespace

void AddRun(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "run a function on inputs");
  AddCallOptions(*command, arguments->call);
  command->add_option("--output", arguments->output,
                      "write the result to this .npy file; several results go to FILE.NAME.npy each");
  command->add_option("--backend", arguments->backend, "jit: native code; eval: the reference evaluator")
      ->check(CLI::IsMember({"jit", "eval"}));
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return RunOne(*arguments, session); }; });
}

}  // namespace nnc::driver
