// nnc check: types and shapes; what a file declares, and what it needs.

#include <fmt/format.h>

#include <set>

#include "codegen/codegen.h"
#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/explanation.h"
#include "driver/format.h"
#include "view/table.h"

namespace nnc::driver {
namespace {

struct CheckArguments {
  std::string path, explained;
  std::vector<std::string> settings;
};

std::string ModelText(const ModelSummary& model) {
  std::vector<std::vector<std::string>> table;
  int64_t trained = 0, bytes = 0;
  for (const Parameter& parameter : model.parameters) {
    int64_t elements = parameter.type.elements();
    table.push_back(
        {parameter.name, ir::ToString(parameter.type), std::to_string(elements), parameter.trained ? "" : "buffer"});
    trained += parameter.trained ? elements : 0;
    bytes += parameter.type.bytes();
  }
  return fmt::format("model {} = {}: {} parameters, {}\n{}", model.name, model.model, trained, BytesText(bytes),
                     view::TableText(table, 2));
}

std::string DataText(const DataPlan& data) {
  std::vector<std::vector<std::string>> table;
  for (const DataField& field : data.fields) {
    std::string classes = field.classes > 0 ? fmt::format("class({})", field.classes) : "";
    table.push_back({field.name, ir::ToString(field.type), field.source ? field.source->path : "generated", classes});
  }
  std::string parts;
  for (const SplitPart& part : data.split) {
    parts += fmt::format("{}{} {}", parts.empty() ? ": " : ", ", part.name, part.size);
  }
  return fmt::format("data {}{}\n{}", data.name, parts, view::TableText(table, 2));
}

// The functions that a user wrote: the others belong to data and train blocks.
std::string FunctionsText(const Program& program) {
  std::set<std::string> made = {program.init_function}, given;
  for (const DataPlan& data : program.data) made.insert(data.generate);
  for (const TrainPlan& plan : program.trains) {
    made.insert({plan.step_function, plan.eval_function, plan.loss_function, plan.init_function, plan.rates_function});
  }
  for (const Parameter& parameter : program.parameters) given.insert(parameter.name);
  for (const DataConstant& constant : program.constants) given.insert(constant.name);
  std::string text;
  for (const ir::Function& function : program.module.functions) {
    if (made.contains(function.name())) continue;
    std::string arguments, results;
    for (uint32_t i = 0; i < function.argument_count(); ++i) {
      const ir::Node& node = function.node(ir::Value{i});
      if (given.contains(node.name)) continue;
      arguments += fmt::format("{}{}: {}", arguments.empty() ? "" : ", ", node.name, ir::ToString(node.type));
    }
    for (const ir::Result& result : function.results()) {
      results += (results.empty() ? "" : ", ") + ir::ToString(function.type(result.value));
    }
    if (function.results().size() != 1) results = "(" + results + ")";
    text += fmt::format("fn {}({}) -> {}\n", function.name(), arguments, results);
  }
  return text;
}

// "spiral.train", or "interior and edge" of several.
std::string PartsText(const std::vector<DataPart>& parts) {
  std::string text;
  for (const DataPart& part : parts) {
    text += (text.empty() ? "" : " and ") + part.data + (part.split.empty() ? "" : "." + part.split);
  }
  return text;
}

// The plan of what a training step needs. Unknown for a full batch: its size is that of the data.
std::string MemoryText(const Program& program, const TrainPlan& plan) {
  if (plan.batch == 0 && !plan.data.empty()) return "";
  ir::Function step =
      passes::Optimize(AtSize(FindFunction(program.module, plan.step_function), std::max<int64_t>(plan.batch, 1)));
  codegen::Compiled compiled = codegen::Compile({&step}, {}, {.target_cpu = "", .optimization = 0});
  int64_t persistent = compiled.persistent_bytes(), all = compiled.arena_bytes();
  return fmt::format("  memory of a step: {}; {} parameters, state and batch, {} temporaries\n", BytesText(all),
                     BytesText(persistent), BytesText(all - persistent));
}

std::string TrainText(const Program& program, const TrainPlan& plan) {
  std::string text = fmt::format("train {}", plan.name);
  if (!plan.data.empty()) {
    text += fmt::format(": {}, {}", PartsText(plan.data),
                        plan.batch > 0 ? fmt::format("batches of {}", plan.batch) : "full batch");
  }
  if (plan.epochs > 0) text += fmt::format(", {} epochs", plan.epochs);
  if (plan.steps > 0) text += fmt::format(", {} steps", plan.steps);
  if (!plan.validate.empty()) text += fmt::format(", validated on {}", PartsText(plan.validate));
  return text + "\n" + MemoryText(program, plan);
}

int Check(const CheckArguments& arguments, Session& session) {
  if (!arguments.explained.empty()) {
    Print(Explanation(arguments.explained));
    return kExitOk;
  }
  if (arguments.path.empty()) throw Failure(DiagnosticKind::kUsage, "check", "file is required");
  session.lint = true;
  auto program = CompileAny(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  std::string text;
  for (const ModelSummary& model : program->models) text += ModelText(model);
  for (const DataPlan& data : program->data) text += DataText(data);
  text += FunctionsText(*program);
  for (const TrainPlan& plan : program->trains) text += TrainText(*program, plan);
  Print(text);
  return kExitOk;
}

}  // namespace

void AddCheck(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command = app.add_subcommand("check", "check types and shapes, and show what the file declares");
  command->add_option("file", arguments->path, "a .nn or .nnir file");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->add_option("--explain", arguments->explained,
                      "W0302: say what an error or warning means, and check nothing");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Check(*arguments, session); }; });
}

}  // namespace nnc::driver
