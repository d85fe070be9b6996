// nnc man: manual pages, made from the text of --help.

#include <fmt/format.h>

#include <algorithm>

#include "driver/command_line.h"
#include "driver/commands.h"

namespace nnc::driver {
namespace {

// Text of roff: a backslash is an escape, and a dot or a quote at the start of a line is a request.
std::string Roff(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      bool request = (c == '.' || c == '\'') && (escaped.empty() || escaped.back() == '\n');
      if (request) escaped += "\\&";
      escaped += c;
    }
  }
  return escaped;
}

std::string Heading(const std::string& page, const std::string& text) {
  return fmt::format(".TH {} 1 \"\" \"nnc {}\" \"nnc\"\n.SH NAME\n{} \\- {}\n", Roff(page), NNC_VERSION, Roff(page),
                     Roff(text));
}

std::string Names(const OptionText& option) {
  std::string names = fmt::format("{}", fmt::join(option.names, ", "));
  return option.value.empty() ? names : names + (names.empty() ? "" : " ") + option.value;
}

std::string Entries(const std::string& title, const std::vector<OptionText>& options) {
  if (options.empty()) return "";
  std::string text = ".SH " + title + "\n";
  for (const OptionText& option : options) {
    text += fmt::format(".TP\n.B {}\n{}\n", Roff(Names(option)), Roff(option.text));
  }
  return text;
}

std::string Synopsis(const CommandText& command) {
  std::string text = fmt::format(".SH SYNOPSIS\n.B nnc {}\n", Roff(command.name));
  for (const OptionText& argument : command.arguments) {
    text += argument.required ? Roff(argument.value) + "\n" : "[" + Roff(argument.value) + "]\n";
  }
  return text + "[options]\n";
}

std::string Examples(const CommandText& command) {
  std::string text = ".SH EXAMPLES\n";
  for (const ExampleText& example : command.examples) {
    text += fmt::format(".PP\n{}:\n.PP\n.RS 4\n.EX\n{}\n.EE\n.RE\n", Roff(example.text), Roff(example.line));
  }
  return text;
}

std::string PageOf(const CommandText& command) {
  return Heading("nnc-" + command.name, command.text) + Synopsis(command) + Entries("ARGUMENTS", command.arguments) +
         Entries("OPTIONS", command.options) + Examples(command) + ".SH SEE ALSO\n.BR nnc (1)\n";
}

std::string Overview(const std::string& text, const std::vector<CommandText>& commands) {
  std::string page = Heading("nnc", text) + ".SH SYNOPSIS\n.B nnc\ncommand [arguments]\n.SH COMMANDS\n";
  for (const CommandText& command : commands) {
    page += fmt::format(".TP\n.BR nnc\\-{} (1)\n{}\n", Roff(command.name), Roff(command.text));
  }
  return page +
         ".SH EXIT STATUS\n0: done; 1: the program is wrong; 2: the command line is; 3: data or a checkpoint are; 4: "
         "files or memory; 5: training became non\\-finite; 70: an internal error of nnc; 130: interrupted.\n";
}

}  // namespace

std::string ManualPage(const CLI::App& app, const std::string& command) {
  std::vector<CommandText> commands = DescribeCommands(app);
  if (command.empty()) return Overview(app.get_description(), commands);
  auto found = std::find_if(commands.begin(), commands.end(), [&](const auto& each) { return each.name == command; });
  if (found == commands.end())
    throw Failure(DiagnosticKind::kUsage, "man", fmt::format("no command is named `{}`", command));
  return PageOf(*found);
}

void AddMan(CLI::App& app, Command& chosen) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("man", "print a manual page");
  command->add_option("command", *name, "the command it is about; default: nnc itself");
  command->callback([name, &app, &chosen] {
    chosen = [name, &app](Session&) {
      Print(ManualPage(app, *name));
      return kExitOk;
    };
  });
}

}  // namespace nnc::driver
