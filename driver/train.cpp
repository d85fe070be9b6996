// nnc train: runs of a file's train blocks.

#include <unistd.h>

#include <filesystem>
#include <map>

#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/progress.h"
#include "runtime/trainer.h"
#include "runtime/weights.h"

namespace nnc::driver {
namespace {

struct TrainArguments {
  std::string path, run, out, weights;
  std::vector<std::string> settings;
  std::optional<int64_t> epochs, steps, seed;
  int threads = 1;
  bool json = false, quiet = false;
};

ProgressStyle StyleOf(const TrainArguments& arguments) {
  if (arguments.json) return ProgressStyle::kJson;
  if (arguments.quiet) return ProgressStyle::kQuiet;
  return isatty(STDOUT_FILENO) ? ProgressStyle::kTerminal : ProgressStyle::kLines;
}

// runs/spiral for models/spiral.nn, below the working directory.
std::string DefaultDirectory(const std::string& path) {
  return (std::filesystem::path("runs") / std::filesystem::path(path).stem()).string();
}

// Where a run's results are: a directory of its own where the file has several runs.
std::string DirectoryOf(const Program& program, const std::string& run, const std::string& out) {
  return program.trains.size() > 1 ? (std::filesystem::path(out) / run).string() : out;
}

// What a run starts from: the weights of the run that its `start` names, from this invocation or an earlier one, and
// over them those of `--weights`.
runtime::TensorMap InitialWeights(const Program& program, const TrainPlan& plan, const TrainArguments& arguments,
                                  const std::map<std::string, runtime::TensorMap>& trained) {
  if (!arguments.weights.empty()) return runtime::LoadWeights(arguments.weights, program);
  if (plan.start.empty()) return {};
  if (auto known = trained.find(plan.start); known != trained.end()) return known->second;
  std::filesystem::path directory = DirectoryOf(program, plan.start, arguments.out);
  return runtime::LoadWeights((directory / "weights.safetensors").string(), program);
}

int Train(TrainArguments arguments, Session& session) {
  auto program = CompileProgram(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  if (arguments.out.empty()) arguments.out = DefaultDirectory(arguments.path);
  const TrainPlan& first = FindRun(*program, arguments.run);
  runtime::DataStore data(*program, runtime::Backend::kJit);
  Progress progress(StyleOf(arguments), stdout);
  std::map<std::string, runtime::TensorMap> trained;
  for (const TrainPlan& plan : program->trains) {
    if (!arguments.run.empty() && plan.name != first.name) continue;
    runtime::TrainOptions options{.epochs = arguments.epochs,
                                  .steps = arguments.steps,
                                  .seed = arguments.seed,
                                  .codegen = {.target_cpu = "", .threads = arguments.threads},
                                  .out = DirectoryOf(*program, plan.name, arguments.out),
                                  .weights = InitialWeights(*program, plan, arguments, trained)};
    trained[plan.name] = runtime::Train(*program, plan, data, options, progress.Observer());
  }
  return kExitOk;
}

}  // namespace

void AddTrain(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<TrainArguments>();
  CLI::App* command = app.add_subcommand("train", "train, and write the weights");
  command->add_option("file", arguments->path, "a .nn file")->required();
  command->add_option("run", arguments->run, "the train block to run; default: all, in the file's order");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  auto* epochs = command->add_option("--epochs", arguments->epochs, "epochs to train")->check(CLI::PositiveNumber);
  command->add_option("--steps", arguments->steps, "steps to train")->check(CLI::PositiveNumber)->excludes(epochs);
  command->add_option("--seed", arguments->seed, "seed of initial values, shuffling and random numbers");
  command->add_option("--threads", arguments->threads, "threads that train; the result does not depend on it")
      ->check(CLI::Range(1, 1024));
  command->add_option("--weights", arguments->weights, "weights.safetensors to start from");
  command->add_option("--out", arguments->out, "directory for the results; default: runs/NAME for NAME.nn");

  auto* json = command->add_flag("--json", arguments->json, "print events as JSON lines");
  command->add_flag("--quiet", arguments->quiet, "print nothing")->excludes(json);
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Train(*arguments, session); }; });
}

}  // namespace nnc::driver
