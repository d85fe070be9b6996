// nnc graph: a picture of a function's graph, with its gradient.

#include <map>
#include <set>

#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/path_ending.h"
#include "passes/differentiate.h"
#include "runtime/files.h"
#include "view/graph_page.h"

namespace nnc::driver {
namespace {

struct GraphArguments {
  std::string path, function, output;
  view::GraphStyle style = view::GraphStyle::kPlain;
  std::vector<std::string> settings;
};

// The loss of the first train block, and behind it its derivatives by all trained parameters, as training has them.
ir::Function LossWithGradients(const Program& program, const TrainPlan& plan) {
  ir::Function function = passes::ExpandGradients(FindFunction(AtBatchSize(program), plan.loss_function));
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

// The text of a file of that name.
std::string Picture(const ir::Function& function, const std::string& path, view::GraphStyle style,
                    const SourceManager& sources) {
  if (path.ends_with(".html")) return view::GraphPage(function, sources, style);
  view::GraphParts parts = view::PartsOf(function);
  std::set<int> open = view::Readable(parts, style);
  return path.ends_with(".svg") ? view::PictureSvg(function, parts, open, style, &sources)
                                : view::PictureDot(function, parts, open, style, &sources);
}

int Graph(const GraphArguments& arguments, Session& session) {
  auto program = CompileAny(arguments.path, ParseOverrides(arguments.settings), session);
  int code = ShowDiagnostics(session);
  if (!program) return code;
  ir::Function function = Drawn(*program, arguments.function);
  runtime::WriteAtomically(arguments.output, Picture(function, arguments.output, arguments.style, session.sources));
  return kExitOk;
}

}  // namespace

void AddGraph(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<GraphArguments>();
  CLI::App* command = app.add_subcommand("graph", "draw the graph of the loss and its gradient, or of a function");
  command->add_option("file", arguments->path, "a .nn or .nnir file")->required();
  command->add_option("-o,--output", arguments->output, "a .svg, .html or .dot file")
      ->required()
      ->check(EndsIn({".svg", ".html", ".dot"}));
  command->add_option("--fn", arguments->function, "one function instead of the loss");
  static const std::map<std::string, view::GraphStyle> styles = {{"plain", view::GraphStyle::kPlain},
                                                                 {"course", view::GraphStyle::kCourse}};
  command->add_option("--style", arguments->style, "plain: every value; course: the notation of lectures")
      ->transform(CLI::CheckedTransformer(styles))
      ->option_text("{plain,course}");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Graph(*arguments, session); }; });
}

}  // namespace nnc::driver
