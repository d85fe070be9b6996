// The frontend on one page: files are parsed with those they use, then everything is elaborated.
#include "frontend/elaborate/declarations.h"
#include "frontend/elaborate/elaborator.h"
#include "frontend/frontend.h"
#include "frontend/lint/lint.h"
#include "frontend/parser.h"
#include "ir/source_file.h"

namespace nnc {

Program CompileFile(const std::string& path, const FrontendOptions& options, SourceManager& sources,
                    Diagnostics& diagnostics) {
  Program program;
  Declarations declarations(sources, diagnostics);
  declarations.Load(path);
  // After a syntax error, names may be missing that are there; but the rest is checked all the same only if the text is
  // whole.
  if (diagnostics.has_errors()) return program;
  Elaborator(sources, diagnostics, options, declarations, program).ElaborateProgram();
  if (options.lint && !diagnostics.has_errors()) Lint(declarations, program, sources, diagnostics);
  return program;
}

std::optional<ast::File> ParsePath(const std::string& path, SourceManager& sources, Diagnostics& diagnostics) {
  return ParseFile(sources.Add(path, ReadSourceFile(path)), sources, diagnostics);
}

}  // namespace nnc
