#include "frontend/parser.h"

#include <algorithm>
#include <utility>

#include "frontend/encoding.h"
#include "frontend/layout.h"
#include "frontend/lexer.h"
#include "frontend/parser_impl.h"

namespace nnc {
namespace {

// Reads the file's tokens and lets `parse` make a tree of them. The lexer reports before the parser does: what both
// find is passed on in the order of the text.
template <class Tree, class Parse>
Tree ParseTokens(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics, Tree empty, Parse parse) {
  Diagnostics found;
  Tree tree = std::move(empty);
  if (CheckEncoding(file, sources, found)) {
    std::vector<Token> tokens = Layout(Lex(file, sources, found), file, sources, found);
    tree = parse(Parser(std::move(tokens), file, sources, found));
  }
  std::vector<Diagnostic> sorted = found.all();
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.span.line, a.span.column) < std::pair(b.span.line, b.span.column);
  });
  for (Diagnostic& diagnostic : sorted) {
    diagnostics.Report(diagnostic.kind, diagnostic.span, diagnostic.message) = diagnostic;
  }
  return tree;
}

}  // namespace

ast::File ParseFile(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics) {
  ast::File empty{.file = file, .version = 1, .decls = {}};
  return ParseTokens(file, sources, diagnostics, std::move(empty),
                     [&](Parser&& parser) { return parser.ParseFile(file); });
}

ast::ExprPtr ParseExpression(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics) {
  auto empty = std::make_unique<ast::Expr>();
  empty->node = ast::ErrorExpr{};
  return ParseTokens(file, sources, diagnostics, std::move(empty),
                     [](Parser&& parser) { return parser.ParseWholeExpression(); });
}

}  // namespace nnc
