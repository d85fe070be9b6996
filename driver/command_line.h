// The command line as data: what help, manual and completion are made from.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace nnc::driver {

struct OptionText {
  std::vector<std::string> names;    // "-o", "--output"; empty for a positional argument
  std::string value;                 // what stands for the value: "FILE", "{bash,zsh}"; empty for a flag
  std::string text;                  // what it means
  std::vector<std::string> choices;  // of the value; empty: anything
  bool required = false;
};

struct ExampleText {
  std::string line, text;
};

struct CommandText {
  std::string name, text;
  std::vector<OptionText> arguments, options;  // positional arguments in their order; options as declared
  std::vector<ExampleText> examples;
};

// Every command of `app`, in the order of declaration.
std::vector<CommandText> DescribeCommands(const CLI::App& app);

// Puts the examples of each command behind its --help.
void AddExamples(CLI::App& app);

// A manual page (roff, man(7)): of one command, or of nnc where `command` is empty. Throws Failure Usage for a command
// that there is not.
std::string ManualPage(const CLI::App& app, const std::string& command);

// The script that completes commands, options, their choices and files in a shell: "bash", "zsh" or "fish".
std::string CompletionScript(const CLI::App& app, const std::string& shell);

}  // namespace nnc::driver
