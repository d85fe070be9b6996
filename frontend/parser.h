// Text to syntax tree.
#pragma once

#include "frontend/ast.h"
#include "ir/diagnostics.h"

namespace nnc {

// Parses file `file` of `sources`. Reports every syntax error it finds: after one it goes on at the next statement or
// declaration, and what could not be read is an ErrorExpr or left out. Nesting is bounded at 256 (E0107).
ast::File ParseFile(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics);

// Parses a single expression, as `--set name=EXPR` has it.
ast::ExprPtr ParseExpression(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics);

// The tree as indented text, one node a line: what `nnc emit ast` prints.
std::string PrintAst(const ast::File& file);

}  // namespace nnc
