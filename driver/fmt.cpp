// nnc fmt: files in the one layout.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <iterator>

#include "driver/commands.h"
#include "frontend/format/format.h"
#include "ir/source_file.h"
#include "runtime/files.h"

namespace nnc::driver {
namespace {

struct FmtArguments {
  std::vector<std::string> paths;
  bool check = false;
};

constexpr const char* kStandardInput = "-";

// The formatted text of one file; nullopt where it has errors, or is formatted already.
struct Formatted {
  std::string before;
  std::optional<std::string> after;
  bool changed() const { return after && *after != before; }
};

Formatted FormatPath(const std::string& path, Session& session) {
  bool input = path == kStandardInput;
  Formatted result;
  result.before = input ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : ReadSourceFile(path);
  uint32_t file = session.sources.Add(input ? "<stdin>" : path, result.before);
  result.after = Format(file, session.sources, session.diagnostics);
  return result;
}

int Fmt(const FmtArguments& arguments, Session& session) {
  bool unformatted = false;
  for (const std::string& path : arguments.paths) {
    Formatted formatted = FormatPath(path, session);
    if (arguments.check) {
      if (formatted.changed()) Print(path + "\n");
      unformatted |= formatted.changed();
    } else if (path == kStandardInput) {
      if (formatted.after) Print(*formatted.after);
    } else if (formatted.changed()) {
      // A link stays one.
      runtime::WriteAtomically(std::filesystem::canonical(path), *formatted.after);
    }
  }
  int code = ShowDiagnostics(session);
  return code != kExitOk ? code : unformatted ? kExitUnformatted : kExitOk;
}

}  // namespace

void AddFmt(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<FmtArguments>();
  CLI::App* command = app.add_subcommand("fmt", "format .nn files");
  command->add_option("files", arguments->paths, ".nn files, changed in place; `-`: standard input to standard output")
      ->required();
  command->add_flag("--check", arguments->check, "change nothing; name the files that are not formatted, and exit 1");
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Fmt(*arguments, session); }; });
}

}  // namespace nnc::driver
