// nnc replay: a step that gave NaN or infinity, once more.

#include "runtime/blame/replay.h"

#include <fmt/format.h>

#include "driver/code_options.h"
#include "driver/commands.h"
#include "runtime/blame/blame.h"

namespace nnc::driver {
namespace {

struct ReplayArguments {
  std::string path;
  CodeArguments code;
};

int Replay(const ReplayArguments& arguments, Session& session) {
  const runtime::StepCase step = runtime::ReadReplay(arguments.path, session.sources);
  std::optional<Diagnostic> blame = runtime::Blame(step, OptionsOf(arguments.code));
  if (blame) throw Failure(std::move(*blame));
  Print(fmt::format("step {} of `{}`: every result is finite\n", step.step, step.run));
  return kExitOk;
}

}  // namespace

void AddReplay(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command = app.add_subcommand("replay", "run a step again that gave NaN or infinity");
  command->add_option("file", arguments->path, "the `replay` file that `nnc train --check-finite` wrote")->required();
  AddCodeOptions(*command, arguments->code, "threads that compute");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Replay(*arguments, session); }; });
}

}  // namespace nnc::driver
