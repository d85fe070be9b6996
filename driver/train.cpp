// nnc train: runs of a file's train blocks.

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>

#include "driver/code_options.h"
#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/progress.h"
#include "driver/terminal.h"
#include "driver/watch.h"
#include "driver/whole_number.h"
#include "runtime/observers.h"
#include "runtime/trainer.h"
#include "runtime/weights.h"

namespace nnc::driver {
namespace {

struct TrainArguments {
  std::string path, run, out, weights;
  std::vector<std::string> settings;
  std::optional<int64_t> epochs, steps, seed;
  CodeArguments code;
  WatchArguments watch;
  bool resume = false, json = false, quiet = false, check_finite = false;
};

// What a shell reports for a program that a signal ended: 128 + the signal.
constexpr int kExitSignal = 128;
volatile std::sig_atomic_t interrupted = 0;  // by this signal

// The first interrupt, or wish that the program end, asks training to stop after its step; the next one ends the
// program as ever. A program that `nohup` started outlives its terminal.
void StopOnSignals() {
  struct sigaction action{}, old{};
  action.sa_handler = [](int signal) { interrupted = signal; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  const bool outlives = sigaction(SIGHUP, nullptr, &old) == 0 && old.sa_handler == SIG_IGN;
  if (!outlives) sigaction(SIGHUP, &action, nullptr);
}

ProgressStyle StyleOf(const TrainArguments& arguments) {
  if (arguments.json) return ProgressStyle::kJson;
  if (arguments.quiet) return ProgressStyle::kQuiet;
  return CanRedraw(STDOUT_FILENO) ? ProgressStyle::kTerminal : ProgressStyle::kLines;
}

// runs/spiral for models/spiral.nn, below the working directory.
std::string DefaultDirectory(const std::string& path) {
  return (std::filesystem::path("runs") / std::filesystem::path(path).stem()).string();
}

// Where a run's results are: a directory of its own where the file has several runs.
std::string DirectoryOf(const Program& program, const std::string& run, const std::string& out) {
  return program.trains.size() > 1 ? (std::filesystem::path(out) / run).string() : out;
}

// Its event files are there by the same rule; empty where none are wanted.
std::string EventsOf(const Program& program, const std::string& run, const std::string& tensorboard) {
  return tensorboard.empty() ? "" : DirectoryOf(program, run, tensorboard);
}

// What a run takes from the file of --weights; a warning says what of it does not fit.
runtime::TensorMap GivenWeights(const Program& program, const std::string& path, const Session& session) {
  if (path.empty()) return {};
  runtime::StartWeights start = runtime::LoadStartWeights(path, program);
  if (!start.faults.empty()) {
    Diagnostic warning;
    warning.kind = DiagnosticKind::kPartialWeights;
    warning.place = path;
    warning.message = "only what fits is taken: " + runtime::FaultsText(std::move(start.faults));
    std::fputs(Render(warning, session.sources, UseColor(STDERR_FILENO)).c_str(), stderr);
  }
  return std::move(start.weights);
}

// The weights of the run that `start` names, from this invocation or an earlier one.
runtime::TensorMap WeightsOfRun(const Program& program, const TrainPlan& plan, const TrainArguments& arguments,
                                const std::map<std::string, runtime::TensorMap>& trained) {
  if (auto known = trained.find(plan.start); known != trained.end()) return known->second;
  std::string path =
      (std::filesystem::path(DirectoryOf(program, plan.start, arguments.out)) / "weights.safetensors").string();
  if (!std::filesystem::exists(path)) {
    Diagnostic missing;
    missing.kind = DiagnosticKind::kCannotRead;
    missing.span = plan.span;
    missing.message =
        fmt::format("`{}` starts from the weights of `{}`, and there is no `{}`", plan.name, plan.start, path);
    missing.help = fmt::format("train `{}` first", plan.start);
    throw Failure(std::move(missing));
  }
  return runtime::LoadWeights(path, program);
}

int Train(TrainArguments arguments, Session& session) {
  auto program = CompileProgram(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  if (arguments.out.empty()) arguments.out = DefaultDirectory(arguments.path);
  const TrainPlan& first = FindRun(*program, arguments.run);
  const codegen::Options codegen = OptionsOf(arguments.code);
  runtime::DataStore data(*program, runtime::Backend::kJit, session.files, codegen);
  Progress progress(StyleOf(arguments), stdout);
  Watch watch(arguments.watch, arguments.path);
  runtime::TensorMap given = GivenWeights(*program, arguments.weights, session);
  std::map<std::string, runtime::TensorMap> trained;
  StopOnSignals();
  for (const TrainPlan& plan : program->trains) {
    if (!arguments.run.empty() && plan.name != first.name) continue;
    runtime::TensorMap initial = given;
    if (!plan.start.empty()) initial.merge(WeightsOfRun(*program, plan, arguments, trained));
    runtime::TrainOptions options{.epochs = arguments.epochs,
                                  .steps = arguments.steps,
                                  .seed = arguments.seed,
                                  .codegen = codegen,
                                  .out = DirectoryOf(*program, plan.name, arguments.out),
                                  .weights = std::move(initial),
                                  .resume = arguments.resume,
                                  .check_finite = arguments.check_finite ? &session.sources : nullptr,
                                  .stop = [] { return interrupted != 0; }};
    const Watch::Run run{*program, plan,        data,
                         codegen,  options.out, EventsOf(*program, plan.name, arguments.watch.tensorboard)};
    const runtime::TrainObserver observer = runtime::Together({progress.Observer(), watch.Observer(run)});
    std::optional<runtime::TensorMap> weights;
    try {
      weights = runtime::Train(*program, plan, data, options, observer);
    } catch (const Failure& failure) {
      watch.End("Ended by an error: " + failure.diagnostic().message);
      throw;
    }
    if (!weights) return kExitSignal + interrupted;
    watch.Finish(*weights);
    trained[plan.name] = std::move(*weights);
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
  auto* epochs = command->add_option("--epochs", arguments->epochs, "epochs to train")->check(WholeNumber(1));
  command->add_option("--steps", arguments->steps, "steps to train")->check(WholeNumber(1))->excludes(epochs);
  command->add_option("--seed", arguments->seed, "seed of initial values, shuffling and random numbers")
      ->check(WholeNumber());
  AddCodeOptions(*command, arguments->code, "threads that train; the result does not depend on it");
  AddMemoryOption(*command, arguments->code.max_memory);
  command->add_option("--weights", arguments->weights, "weights.safetensors to start from: what fits by name is taken");
  command->add_option("--out", arguments->out, "directory for the results; default: runs/NAME for NAME.nn");
  WatchArguments& watch = arguments->watch;
  auto* report = command->add_option("--report", watch.report, "FILE.html: a page on the training, kept up to date");
  command->add_option("--compare", watch.compare, "directories of earlier runs (--out) that the page shows beside")
      ->needs(report);
  command->add_option("--tensorboard", watch.tensorboard, "directory for event files, which TensorBoard reads");
  command->add_flag("--resume", arguments->resume, "go on from the checkpoint, if there is one");
  command->add_flag("--check-finite", arguments->check_finite,
                    "where NaN or infinity arises, name the op, its line and the sample, and keep the step for replay");
  auto* json = command->add_flag("--json", arguments->json, "print events as JSON lines");
  command->add_flag("--quiet", arguments->quiet, "print nothing")->excludes(json);
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Train(*arguments, session); }; });
}

}  // namespace nnc::driver
