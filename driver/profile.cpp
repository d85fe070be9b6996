// nnc profile: what each kernel of a training step takes, and how near that is to what the machine can do.

#include "runtime/profile.h"

#include <fmt/format.h>

#include "driver/code_options.h"
#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/profile_figures.h"
#include "driver/whole_number.h"
#include "runtime/files.h"

namespace nnc::driver {
namespace {

struct ProfileArguments {
  std::string path, run, trace;
  std::vector<std::string> settings;
  std::optional<int64_t> steps, seed;
  CodeArguments code;
  bool json = false;
};

std::vector<codegen::MachineLimits> LimitsOf(int threads) {
  std::vector<codegen::MachineLimits> limits = {codegen::MeasureLimits(1)};
  if (threads > 1) limits.push_back(codegen::MeasureLimits(threads));
  return limits;
}

int Profile(const ProfileArguments& arguments, Session& session) {
  auto program = CompileProgram(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  const TrainPlan& plan = FindRun(*program, arguments.run);
  runtime::DataStore data(*program, runtime::Backend::kJit, session.files);
  std::vector<codegen::MachineLimits> limits = LimitsOf(arguments.code.threads);
  const runtime::RunProfile profile = runtime::Profile(
      *program, plan, data, {.steps = arguments.steps, .seed = arguments.seed, .codegen = OptionsOf(arguments.code)});
  const ProfileFigures figures = FiguresOf(plan.name, profile, std::move(limits));
  Print((arguments.json ? ProfileJson : ProfileText)(figures, session.sources));
  if (arguments.trace.empty()) return kExitOk;
  runtime::WriteAtomically(arguments.trace, ChromeTrace(plan.name, profile, session.sources));
  if (!arguments.json) Print(fmt::format("wrote {}\n", arguments.trace));
  return kExitOk;
}

}  // namespace

void AddProfile(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<ProfileArguments>();
  CLI::App* command = app.add_subcommand("profile", "what each kernel of a training step takes");
  command->add_option("file", arguments->path, "a .nn file")->required();
  command->add_option("run", arguments->run, "the train block to run; default: the first");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->add_option("--steps", arguments->steps, "steps to count; default: as many as take a second")
      ->check(WholeNumber(1));
  command->add_option("--seed", arguments->seed, "seed of initial values, shuffling and random numbers")
      ->check(WholeNumber());
  AddCodeOptions(*command, arguments->code, "threads that train");
  command->add_option("--trace", arguments->trace, "file for the last step, to be seen in chrome://tracing");
  command->add_flag("--json", arguments->json, "print JSON lines");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Profile(*arguments, session); }; });
}

}  // namespace nnc::driver
