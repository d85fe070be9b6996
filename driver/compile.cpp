#include "driver/compile.h"

#include <fmt/format.h>

#include <map>

#include "ir/source_file.h"
#include "ir/specialize.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace nnc::driver {
namespace {

Failure NotFound(DiagnosticKind kind, const std::string& what, const std::string& name,
                 const std::vector<std::string>& candidates) {
  Diagnostic diagnostic;
  diagnostic.kind = kind;
  diagnostic.message = fmt::format("there is no {} `{}`", what, name);
  std::string close = Closest(name, candidates);
  if (!close.empty()) {
    diagnostic.help = fmt::format("did you mean `{}`?", close);
  } else {
    for (const std::string& candidate : candidates) {
      diagnostic.help += (diagnostic.help.empty() ? "there are: " : ", ") + candidate;
    }
  }
  return Failure(std::move(diagnostic));
}

}  // namespace

bool IsIrPath(const std::string& path) { return path.ends_with(".nnir"); }

std::vector<Override> ParseOverrides(const std::vector<std::string>& settings) {
  std::vector<Override> overrides;
  for (const std::string& setting : settings) {
    size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Failure(DiagnosticKind::kUsage, "--set", fmt::format("expected NAME=VALUE, found `{}`", setting));
    }
    overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
  }
  return overrides;
}

std::optional<Program> CompileProgram(const std::string& path, const std::vector<Override>& overrides,
                                      Session& session) {
  FrontendOptions options{
      .overrides = overrides,
      .count_classes = [&files = *session.files](const DataPlan& plan,
                                                 const DataField& field) { return files.CountClasses(plan, field); },
      .lint = session.lint};
  Program program = CompileFile(path, options, session.sources, session.diagnostics);
  if (session.diagnostics.has_errors()) return std::nullopt;
  return program;
}

std::optional<Program> CompileAny(const std::string& path, const std::vector<Override>& overrides, Session& session) {
  if (!IsIrPath(path)) return CompileProgram(path, overrides, session);
  uint32_t file = session.sources.Add(path, ReadSourceFile(path));
  Program program;
  program.module = ir::Parse(file, session.sources, session.diagnostics);
  if (session.diagnostics.has_errors() || !ir::Verify(program.module, session.diagnostics)) return std::nullopt;
  return program;
}

const TrainPlan& FindRun(const Program& program, const std::string& name) {
  std::vector<std::string> names;
  for (const TrainPlan& plan : program.trains) {
    if (name.empty() || plan.name == name) return plan;
    names.push_back(plan.name);
  }
  if (names.empty()) throw Failure(DiagnosticKind::kUnknownRun, "", "the file has no train block");
  throw NotFound(DiagnosticKind::kUnknownRun, "train block", name, names);
}

const ir::Function& FindFunction(const ir::Module& module, const std::string& name) {
  if (const ir::Function* function = module.Find(name)) return *function;
  std::vector<std::string> names;
  for (const ir::Function& function : module.functions) names.push_back(function.name());
  throw NotFound(DiagnosticKind::kUnknownFunction, "function", name, names);
}

ir::Module AtBatchSize(const Program& program) {
  std::map<std::string, int64_t> batches;
  for (const TrainPlan& plan : program.trains) {
    if (plan.batch == 0) continue;
    for (const std::string& name : {plan.step_function, plan.eval_function, plan.loss_function}) {
      batches[name] = plan.batch;
    }
  }
  return ForEach(program.module, [&](const ir::Function& function) {
    auto batch = batches.find(function.name());
    return batch == batches.end() ? function : ir::Specialize(function, {{"B", batch->second}});
  });
}

ir::Function AtSize(const ir::Function& function, int64_t rows) {
  std::map<std::string, ir::Dim> sizes;
  for (const std::string& variable : ir::DimensionVariables(function)) sizes[variable] = rows;
  return sizes.empty() ? function : ir::Specialize(function, sizes);
}

int64_t DefaultRows(const Program& program) {
  constexpr int64_t kRows = 32;
  for (const TrainPlan& plan : program.trains) {
    if (plan.batch > 0) return plan.batch;
  }
  return kRows;
}

std::vector<const ir::Function*> Pointers(const ir::Module& module) {
  std::vector<const ir::Function*> functions;
  for (const ir::Function& function : module.functions) functions.push_back(&function);
  return functions;
}

}  // namespace nnc::driver
