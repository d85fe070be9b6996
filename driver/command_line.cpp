#include "driver/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace nnc::driver {
namespace {

struct Example {
  std::string_view command, line, text;
};
constexpr Example kExamples[] = {
#define NNC_EXAMPLE(command, line, text) {command, line, text},
#include "driver/examples.def"
#undef NNC_EXAMPLE
};

// "TEXT:{bash,zsh}" has choices; of "INT:POSITIVE" the type is what a reader needs.
std::vector<std::string> ChoicesOf(const std::string& type) {
  size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

std::string ValueOf(const CLI::Option& option) {
  if (option.get_type_size() == 0) return "";
  std::string type = option.get_type_name();
  if (size_t open = type.find('{'); open != std::string::npos) return type.substr(open, type.find('}') + 1 - open);
  type = type.substr(0, type.find_first_of(": "));
  return type == "TEXT" ? "VALUE" : type;
}

OptionText Describe(const CLI::Option& option) {
  OptionText text;
  for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  text.value = option.get_positional() ? option.get_name(true) : ValueOf(option);
  text.text = option.get_description();
  text.choices = ChoicesOf(option.get_type_name());
  text.required = option.get_required();
  return text;
}

}  // namespace

std::vector<CommandText> DescribeCommands(const CLI::App& app) {
  std::vector<CommandText> commands;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    CommandText described{command->get_name(), command->get_description(), {}, {}, {}};
    for (const CLI::Option* option : command->get_options()) {
      (option->get_positional() ? described.arguments : described.options).push_back(Describe(*option));
    }
    for (const Example& example : kExamples) {
      if (example.command != described.name) continue;
      described.examples.push_back({std::string(example.line), std::string(example.text)});
    }
    commands.push_back(std::move(described));
  }
  return commands;
}

void AddExamples(CLI::App& app) {
  for (const CommandText& command : DescribeCommands(app)) {
    std::string footer = command.examples.size() == 1 ? "Example:" : "Examples:";
    for (const ExampleText& example : command.examples) {
      footer += fmt::format("\n  {}\n      {}", example.line, example.text);
    }
    app.get_subcommand(command.name)->footer(footer);
  }
  app.footer("`nnc COMMAND --help` says more of a command, with an example.");
}

}  // namespace nnc::driver
