// nnc gradcheck: derivatives by rule against derivatives by differences, for every train block's loss.

#include "runtime/gradcheck.h"

#include <fmt/format.h>

#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/loss_arguments.h"
#include "driver/whole_number.h"
#include "ir/specialize.h"
#include "view/table.h"

namespace nnc::driver {
namespace {

struct GradcheckArguments {
  std::string path, run;
  std::vector<std::string> settings;
  int64_t rows = 8, samples = 16, seed = 0;
};

void ReportMismatch(const runtime::GradientCheck& check, Session& session) {
  const runtime::GradientMismatch& mismatch = *check.mismatch;
  std::string cause = mismatch.node.empty()
                          ? "the rules are right, but put together wrongly"
                          : fmt::format("the derivative of `{}` is wrong", ir::InfoOf(mismatch.op).mnemonic);
  session.diagnostics.Report(
      DiagnosticKind::kGradientMismatch, mismatch.span,
      fmt::format("{}: for element {} of `{}` it leads to {:.6g}, differences give {:.6g}", cause, mismatch.index,
                  check.argument, mismatch.by_rule, mismatch.by_difference));
}

std::vector<std::string> TableRow(const runtime::GradientCheck& check) {
  std::string verdict = check.mismatch ? "WRONG" : fmt::format("largest difference {:.1e}", check.largest_difference);
  if (check.kinks > 0) verdict += fmt::format(", {} at kinks", check.kinks);
  return {check.argument, ir::ToString(check.type), std::to_string(check.checked),
          fmt::format("of {}", check.type.elements()), verdict};
}

int Gradcheck(const GradcheckArguments& arguments, Session& session) {
  auto program = CompileProgram(arguments.path, ParseOverrides(arguments.settings), session);
  if (!program) return ShowDiagnostics(session);
  const TrainPlan& first = FindRun(*program, arguments.run);
  for (const TrainPlan& plan : program->trains) {
    if (!arguments.run.empty() && plan.name != first.name) continue;
    LossArguments values(*program, plan, {.rows = arguments.rows, .seed = arguments.seed});
    const ir::Function& symbolic = FindFunction(program->module, plan.loss_function);
    ir::Function loss = passes::ExpandGradients(ir::Specialize(symbolic, {{"B", values.rows()}}));
    std::vector<std::vector<std::string>> table;
    for (const runtime::GradientCheck& check : runtime::CheckGradients(loss, values.For(loss), arguments.samples)) {
      table.push_back(TableRow(check));
      if (check.mismatch) ReportMismatch(check, session);
    }
    Print(fmt::format("{}: the loss at {} rows, in f64\n{}", plan.name, values.rows(), view::TableText(table, 2)));
  }
  return ShowDiagnostics(session);
}

}  // namespace

void AddGradcheck(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<GradcheckArguments>();
  CLI::App* command = app.add_subcommand("gradcheck", "check the derivatives of every loss against differences");
  command->add_option("file", arguments->path, "a .nn file")->required();
  command->add_option("run", arguments->run, "the train block whose loss it is; default: all");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->add_option("--rows", arguments->rows, "rows of data, by default 8")->check(WholeNumber(1));
  command->add_option("--samples", arguments->samples, "elements compared of each argument at most, by default 16")
      ->check(WholeNumber(1));
  command->add_option("--seed", arguments->seed, "seed of initial values and random numbers")->check(WholeNumber());
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Gradcheck(*arguments, session); }; });
}

}  // namespace nnc::driver
