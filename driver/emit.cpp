// nnc emit: any stage of the pipeline as text.

#include <array>

#include "codegen/codegen.h"
#include "driver/code_options.h"
#include "driver/commands.h"
#include "driver/compile.h"
#include "driver/whole_number.h"
#include "frontend/parser.h"
#include "ir/text.h"

namespace nnc::driver {
namespace {

struct EmitArguments {
  std::string stage, path, function, target_cpu;
  std::vector<std::string> settings;
  int64_t rows = 0;  // 0: DefaultRows
  int threads = 1;
  int64_t max_memory = 0;
  bool check_bounds = false;
};

// Stages of code, printed from optimised functions whose dimensions are numbers.
using EmitCode = std::string (*)(const std::vector<const ir::Function*>&, const codegen::Options&,
                                 const SourceManager&);
struct CodeStage {
  std::string_view name;
  EmitCode emit;
};
constexpr std::array kCodeStages = {
    CodeStage{"kernels", codegen::EmitKernels},
    CodeStage{"memory", [](const auto& functions, const auto& options,
                           const auto&) { return codegen::EmitMemory(functions, options); }},
    CodeStage{"llvm", [](const auto& functions, const auto& options,
                         const auto&) { return codegen::EmitLlvm(functions, {}, options); }},
    CodeStage{"asm", [](const auto& functions, const auto& options,
                        const auto&) { return codegen::EmitAssembly(functions, {}, options); }},
};

ir::Module Selected(ir::Module module, const std::string& function) {
  if (function.empty()) return module;
  return {{FindFunction(module, function)}};
}

int EmitTree(const EmitArguments& arguments, Session& session) {
  if (IsIrPath(arguments.path)) throw Failure(DiagnosticKind::kUsage, arguments.path, "IR text has no syntax tree");
  auto tree = ParsePath(arguments.path, session.sources, session.diagnostics);
  if (tree) Print(PrintAst(*tree));
  return ShowDiagnostics(session);
}

std::string EmitStage(const EmitArguments& arguments, const Program& program, const Session& session) {
  ir::Module module = Selected(AtBatchSize(program), arguments.function);
  if (arguments.stage == "graph") return ir::Print(module, session.sources);
  if (arguments.stage == "grad") {
    module = ForEach(module, [](const ir::Function& f) { return passes::ExpandGradients(f); });
    return ir::Print(module, session.sources);
  }
  if (arguments.stage == "opt") {
    module = ForEach(module, [](const ir::Function& f) { return passes::Optimize(f); });
    return ir::Print(module, session.sources);
  }
  int64_t rows = arguments.rows > 0 ? arguments.rows : DefaultRows(program);
  module = ForEach(module, [&](const ir::Function& f) { return passes::Optimize(AtSize(f, rows)); });
  auto stage = std::find_if(kCodeStages.begin(), kCodeStages.end(),
                            [&](const CodeStage& s) { return s.name == arguments.stage; });
  return stage->emit(Pointers(module),
                     {.target_cpu = arguments.target_cpu,
                      .threads = arguments.threads,
                      .max_memory = arguments.max_memory,
                      .check_bounds = arguments.check_bounds},
                     session.sources);
}

int Emit(const EmitArguments& arguments, Session& session) {
  if (arguments.stage == "ast") return EmitTree(arguments, session);
  auto program = CompileAny(arguments.path, ParseOverrides(arguments.settings), session);
  if (program) Print(EmitStage(arguments, *program, session));
  return ShowDiagnostics(session);
}

}  // namespace

void AddEmit(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<EmitArguments>();
  CLI::App* command = app.add_subcommand("emit", "print a stage of the compilation");
  command->add_option("stage", arguments->stage, "ast, graph, grad, opt, kernels, memory, llvm or asm")
      ->required()
      ->check(CLI::IsMember({"ast", "graph", "grad", "opt", "kernels", "memory", "llvm", "asm"}));
  command->add_option("file", arguments->path, "a .nn file, or from `graph` on a .nnir file")->required();
  command->add_option("--fn", arguments->function, "one function alone");
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command
      ->add_option("--rows", arguments->rows, "size of dimension variables from `kernels` on; default: the batch size")
      ->check(WholeNumber(1));
  command->add_option("--threads", arguments->threads, "threads that the code is made for")
      ->check(WholeNumber(1, 1024));
  AddMemoryOption(*command, arguments->max_memory);
  command->add_flag("--check-bounds", arguments->check_bounds, "code that checks every access to memory");
  command->add_option("--target-cpu", arguments->target_cpu, "LLVM's name of another processor than this one");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Emit(*arguments, session); }; });
}

}  // namespace nnc::driver
