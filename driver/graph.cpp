// nnc graph: a picture of a function's graph, with its gradient.

#include <sstream>

#include "driver/commands.h"
#include "driver/compile.h"
#include "ir/graphviz.h"
#include "passes/differentiate.h"
#include "runtime/files.h"
#include "view/graphviz_layout.h"

namespace nnc::driver {
namespace {

struct GraphArguments {
  std::string path, function, output;
  std::vector<std::string> settings;
};

// The loss of the first train block, and behind it its derivatives by all trained parameters, as training has them.
ir::Function LossWithGradients(const Program& program, const TrainPlan& plan) {
  ir::Function function = passes::ExpandGradients(FindFunction(program.module, plan.loss_function));
  std::vector<ir::Value> trained;
  std::vector<std::string> names;
  for (const Parameter& parameter : program.parameters) {
    auto argument = function.FindArgument(parameter.name);
    if (!argument || !parameter.trained) continue;
    trained.push_back(*argument);
    names.push_back(parameter.name);
  }
  std::vector<ir::Value> gradients = passes::AppendGradients(function, function.results()[0].value, trained);
  for (size_t i = 0; i < gradients.size(); ++i) function.AddResult("d." + names[i], gradients[i]);
  return function;
}

// What is drawn: the function asked for, else the loss with its gradients, else the file's first function.
ir::Function Drawn(const Program& program, const std::string& name) {
  if (!name.empty()) return passes::ExpandGradients(FindFunction(AtBatchSize(program), name));
  if (!program.trains.empty()) return LossWithGradients(program, program.trains[0]);
  if (program.module.functions.empty()) throw Failure(DiagnosticKind::kUnknownFunction, "", "the file has no function");
  return passes::ExpandGradients(program.module.functions[0]);
}

int Graph(const GraphArguments& arguments, Session& session) {
  auto program = CompileAny(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  std::ostringstream dot;
  ir::WriteGraphviz(Drawn(*program, arguments.function), dot, {.types = true, .sources = &session.sources});
  bool svg = arguments.output.ends_with(".svg");
  runtime::WriteAtomically(arguments.output, svg ? view::LayoutSvg(dot.str()) : dot.str());
  return kExitOk;
}

}  // namespace

void AddGraph(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<GraphArguments>();
  CLI::App* command = app.add_subcommand("graph", "draw the graph of the loss and its gradient, or of a function");
  command->add_option("file", arguments->path, "a .nn or .nnir file")->required();
  command->add_option("-o,--output", arguments->output, "a .svg or .dot file")
      ->required()
      ->check([](const std::string& path) {
        return path.ends_with(".svg") || path.ends_with(".dot") ? "" : "expected a path that ends in .svg or .dot";
      });
  command->add_option("--fn", arguments->function, "one function instead of the loss");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Graph(*arguments, session); }; });
}

}  // namespace nnc::driver
