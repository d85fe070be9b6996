// What the tests of lexer and parser share.
#pragma once

#include <string>
#include <vector>

#include "frontend/layout.h"
#include "frontend/lexer.h"
#include "frontend/parser.h"

namespace nnc::testing {

// A file's tree, and what was reported.
struct Parsed {
  SourceManager sources;
  Diagnostics diagnostics;
  ast::File tree;

  explicit Parsed(std::string text) {
    uint32_t file = sources.Add("test.nn", std::move(text));
    tree = ParseFile(file, sources, diagnostics);
  }
  std::string Printed() const { return PrintAst(tree); }
  // "3:5 E0104 expected ...; help", one for each diagnostic.
  std::vector<std::string> Errors() const {
    std::vector<std::string> errors;
    for (const Diagnostic& d : diagnostics.all()) {
      errors.push_back(std::to_string(d.span.line) + ":" + std::to_string(d.span.column) + " " +
                       std::string(InfoOf(d.kind).code) + " " + d.message + (d.help.empty() ? "" : "; " + d.help));
    }
    return errors;
  }
};

// The tree of one expression, as `let x = EXPR` has it; errors are shown in its place.
inline std::string ExpressionTree(const std::string& expression) {
  Parsed parsed("nn 1\nlet x = " + expression + "\n");
  if (parsed.diagnostics.has_errors()) return parsed.Errors()[0];
  std::string text = parsed.Printed();
  text.erase(0, text.find("let x\n") + 6);
  std::string tree;  // four spaces less on each line
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at) + 1;
    tree += text.substr(at + 4, end - at - 4);
    at = end;
  }
  return tree;
}

// The texts of a file's tokens after layout; "NL" for the end of a statement.
inline std::vector<std::string> TokenTexts(const std::string& text) {
  SourceManager sources;
  Diagnostics diagnostics;
  uint32_t file = sources.Add("test.nn", text);
  std::vector<std::string> texts;
  for (const Token& token : Layout(Lex(file, sources, diagnostics), file, sources, diagnostics)) {
    if (token.kind == TokenKind::kEnd) continue;
    texts.push_back(token.kind == TokenKind::kNewline ? "NL" : text.substr(token.begin, token.end - token.begin));
  }
  return texts;
}

}  // namespace nnc::testing
