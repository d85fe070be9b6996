// The formatter on one page.
#include "frontend/format/format.h"

#include <stdexcept>

#include "frontend/format/lines.h"
#include "frontend/parser.h"

namespace nnc {
namespace format {

size_t Width(std::string_view text) {
  size_t width = 0;
  for (char c : text) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return width;
}

size_t Width(const Line& line, size_t first, size_t last) {
  size_t width = 0;
  for (size_t i = first; i < last; ++i) width += (i > first ? line.words[i].space : 0) + Width(line.words[i].text);
  return width;
}

bool IsOpen(TokenKind kind) { return InfoOf(kind).token_class == TokenClass::kOpen; }
bool IsClose(TokenKind kind) { return InfoOf(kind).token_class == TokenClass::kClose; }
bool GoesOn(TokenKind kind) {
  return InfoOf(kind).token_class == TokenClass::kBinary || InfoOf(kind).token_class == TokenClass::kJoint;
}

namespace {

std::string Print(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) {
    if (line.blank_before) text += '\n';
    text.append(line.indent, ' ');
    for (size_t i = 0; i < line.words.size(); ++i) {
      if (i > 0) text.append(line.words[i].space, ' ');
      text += line.words[i].text;
    }
    if (!line.comment.empty()) {
      size_t end = line.indent + Width(line, 0, line.words.size());
      text.append(line.comment_column - end, ' ');
      text += line.comment;
    }
    text += '\n';
  }
  return text;
}

bool SameTree(const ast::File& tree, const std::string& text) {
  SourceManager sources;
  Diagnostics diagnostics;
  ast::File again = ParseFile(sources.Add("formatted", text), sources, diagnostics);
  return !diagnostics.has_errors() && PrintAst(again) == PrintAst(tree);
}

}  // namespace
}  // namespace format

std::optional<std::string> Format(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics) {
  int errors = diagnostics.error_count();
  ast::File tree = ParseFile(file, sources, diagnostics);
  if (diagnostics.error_count() > errors) return std::nullopt;
  std::vector<format::Line> lines = format::SplitLines(file, sources);
  format::SpaceWords(lines);
  format::AlignAssignments(lines);
  format::LayLines(lines);
  format::LayComments(lines);
  std::string text = format::Print(lines);
  if (!format::SameTree(tree, text)) throw std::logic_error("the formatter would change what the file means");
  return text;
}

}  // namespace nnc
