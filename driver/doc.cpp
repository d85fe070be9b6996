// nnc doc: what the standard library and the compiler declare.

#include <fmt/format.h>

#include "driver/commands.h"
#include "frontend/doc/documentation.h"
#include "view/table.h"

namespace nnc::driver {
namespace {

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

// All names with the first lines of their comments, file by file.
std::string List(const std::vector<Documentation>& all) {
  std::string text, file;
  std::vector<std::vector<std::string>> table;
  for (const Documentation& each : all) {
    if (each.file() != file) {
      text += view::TableText(table, 2);
      table.clear();
      file = each.file();
      text += file + "\n";
    }
    table.push_back({each.name, FirstLine(each.comment)});
  }
  return text + view::TableText(table, 2);
}

std::string Text(const Documentation& documentation) {
  std::string text = documentation.place + "\n", comment = documentation.comment;
  while (!comment.empty()) {
    std::string line = FirstLine(comment);
    text += fmt::format("# {}\n", line);
    comment.erase(0, line.size() + 1);
  }
  return text + documentation.source;
}

int Doc(const std::string& name, Session&) {
  std::vector<Documentation> all = AllDocumentation();
  if (name.empty()) {
    Print(List(all));
    return kExitOk;
  }
  std::string text;
  std::vector<std::string> names;
  for (const Documentation& each : all) {
    if (each.name == name) text += Text(each);
    names.push_back(each.name);
  }
  if (text.empty()) {
    Diagnostic unknown;
    unknown.kind = DiagnosticKind::kUnknownName;
    unknown.message = fmt::format("neither the library nor the compiler declares `{}`", name);
    std::string closest = Closest(name, names);
    unknown.help = closest.empty() ? "`nnc doc` lists all names" : fmt::format("did you mean `{}`?", closest);
    throw Failure(std::move(unknown));
  }
  Print(text);
  return kExitOk;
}

}  // namespace

void AddDoc(CLI::App& app, Command& chosen) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("doc", "show a declaration of the standard library, or list all");
  command->add_option("name", *name, "`Linear`, `adam`, `softmax`, ...; none: all, by file");
  command->callback([name, &chosen] { chosen = [name](Session& session) { return Doc(*name, session); }; });
}

}  // namespace nnc::driver
