#include "frontend/lint/lint.h"

#include <algorithm>
#include <tuple>

#include "frontend/lint/allowances.h"
#include "frontend/lint/rules.h"

namespace nnc {
namespace {

// A layer that nothing calls is not trained either: that is one mistake.
bool SaidByAnother(const Diagnostic& warning, const Diagnostics& found) {
  if (warning.kind != DiagnosticKind::kUntrainedParameter) return false;
  return std::any_of(found.all().begin(), found.all().end(), [&](const Diagnostic& other) {
    return other.kind == DiagnosticKind::kUnusedDeclaration && other.span.file == warning.span.file &&
           other.span.line == warning.span.line;
  });
}

}  // namespace

void Lint(const Declarations& declarations, const Program& program, const SourceManager& sources,
          Diagnostics& diagnostics) {
  Diagnostics found;
  lint::Allowances allowances;
  for (uint32_t file : declarations.user_files()) allowances.Read(file, sources, found);
  lint::CheckNames(declarations, found);
  lint::CheckGraphs(declarations, program, found);
  std::vector<Diagnostic> sorted = found.all();
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(a.span.file, a.span.line, a.span.column) < std::tuple(b.span.file, b.span.line, b.span.column);
  });
  for (const Diagnostic& warning : sorted) {
    if (allowances.Allows(warning) || SaidByAnother(warning, found)) continue;
    diagnostics.Report(warning.kind, warning.span, warning.message) = warning;
  }
}

}  // namespace nnc
