#include "frontend/doc/documentation.h"

#include <fmt/format.h>

#include <utility>

#include "frontend/elaborate/builtin.h"
#include "frontend/frontend.h"
#include "frontend/parser.h"

namespace nnc {
namespace {

std::string_view LineAt(const SourceManager& sources, uint32_t file, uint32_t line) {
  return sources.Line({file, line, 1, 0});
}

// Without the `#` and one blank.
std::string_view CommentText(std::string_view line) {
  line.remove_prefix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

// The declaration whose head is on `line`, with the comment right above it; the text before `end` is not of the next.
Documentation Describe(const SourceManager& sources, uint32_t file, std::string_view name, uint32_t line,
                       uint32_t end) {
  Documentation documentation;
  documentation.name = name;
  documentation.place = fmt::format("{}:{}", sources.file(file).path, line);
  uint32_t first = line;
  while (first > 1 && LineAt(sources, file, first - 1).starts_with('#')) --first;
  for (uint32_t i = first; i < line; ++i) {
    documentation.comment += fmt::format("{}\n", CommentText(LineAt(sources, file, i)));
  }
  // Blank lines and the next declaration's comment.
  auto between = [](std::string_view text) { return text.empty() || text.starts_with('#'); };
  while (end > line + 1 && between(LineAt(sources, file, end - 1))) --end;
  for (uint32_t i = line; i < end; ++i) documentation.source += fmt::format("{}\n", LineAt(sources, file, i));
  return documentation;
}

void AddLibraryFile(const EmbeddedFile& library, SourceManager& sources, std::vector<Documentation>& all) {
  Diagnostics none;
  uint32_t file = sources.Add(std::string(library.path), std::string(library.text), true);
  ast::File tree = ParseFile(file, sources, none);
  auto lines = static_cast<uint32_t>(sources.file(file).line_starts.size());
  for (size_t i = 0; i < tree.decls.size(); ++i) {
    const ast::Name* name = ast::NameOf(tree.decls[i]);
    if (name == nullptr) continue;
    uint32_t end = i + 1 < tree.decls.size() ? tree.decls[i + 1].span.line : lines + 1;
    all.push_back(Describe(sources, file, name->text, tree.decls[i].span.line, end));
  }
}

std::string Signature(const Builtin& builtin) {
  std::string arguments;
  bool starred = false;
  auto add = [&](const std::string& text) { arguments += (arguments.empty() ? "" : ", ") + text; };
  for (const BuiltinParam& param : builtin.params) {
    if (param.named_only && !std::exchange(starred, true)) add("*");
    add(fmt::format("{}{}", param.name, param.required ? "" : " = ..."));
  }
  if (builtin.extra == ExtraArguments::kPositional) add("...");
  if (builtin.extra == ExtraArguments::kNamed) add("NAME: ...");
  return fmt::format("{}({})\n", builtin.name, arguments);
}

std::string BuiltinComment(std::string_view name) {
#define NNC_BUILTIN(builtin, text) \
  if (name == builtin) return text "\n";
#include "frontend/doc/builtins.def"
#undef NNC_BUILTIN
  return "";
}

}  // namespace

std::vector<Documentation> AllDocumentation() {
  std::vector<Documentation> all;
  SourceManager sources;
  for (const EmbeddedFile& library : StandardLibrary()) AddLibraryFile(library, sources, all);
  for (const std::string& name : BuiltinNames()) {
    all.push_back({name, "builtin", BuiltinComment(name), Signature(*FindBuiltin(name))});
  }
  return all;
}

}  // namespace nnc
