// nnc inspect: what a file of weights or data holds.

#include "driver/commands.h"
#include "driver/inspect_read.h"
#include "driver/path_ending.h"
#include "driver/whole_number.h"
#include "runtime/files.h"

namespace nnc::driver {
namespace {

struct InspectArguments {
  std::string path, output, delimiter = ",";
  std::vector<std::string> settings;
  std::optional<bool> header;
  int64_t skip = 0;
};

int Inspect(const InspectArguments& arguments, Session& session) {
  runtime::CsvOptions csv{.header = arguments.header, .skip = arguments.skip, .delimiter = arguments.delimiter.front()};
  std::vector<view::Inspected> inspected = ReadInspected(arguments.path, arguments.settings, csv, session);
  int code = ShowDiagnostics(session);
  if (code != kExitOk) return code;
  if (arguments.output.empty()) {
    Print(view::InspectionText(inspected));
  } else {
    runtime::WriteAtomically(arguments.output, view::InspectionPage(inspected));
  }
  return kExitOk;
}

}  // namespace

void AddInspect(CLI::App& app, Command& chosen) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App* command = app.add_subcommand("inspect", "what a file of weights or data holds");
  command
      ->add_option("file", arguments->path,
                   "weights, a checkpoint, npy, npz, idx or csv, told by its first bytes; or the data of a .nn file")
      ->required();
  command->add_option("-o,--output", arguments->output, "a page with charts and images, instead of text")
      ->check(EndsIn({".html"}));
  command->add_option("--set", arguments->settings, "NAME=VALUE: another value of a static let")->take_all();
  command->add_flag_function(
      "--header,!--no-header", [arguments](int64_t count) { arguments->header = count > 0; },
      "csv: whether the first row holds names; default: as it looks");
  command->add_option("--skip", arguments->skip, "csv: lines left out at the top")->check(WholeNumber(0));
  command->add_option("--delimiter", arguments->delimiter, "csv: what stands between cells")
      ->check([](const std::string& text) { return text.size() == 1 ? "" : "expected one character"; });
  command->callback(
      [arguments, &chosen] { chosen = [arguments](Session& session) { return Inspect(*arguments, session); }; });
}

}  // namespace nnc::driver
