// nnc completion: scripts that complete nnc's command line in a shell, made from its declaration.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "driver/command_line.h"
#include "driver/commands.h"

namespace nnc::driver {
namespace {

// ---- bash ----

// The choices after an option, as cases of a `case` statement.
std::string BashChoices(const CommandText& command) {
  std::string cases;
  for (const OptionText& option : command.options) {
    if (option.choices.empty()) continue;
    cases += fmt::format("        {}) words=\"{}\" ;;\n", fmt::join(option.names, "|"), fmt::join(option.choices, " "));
  }
  return cases.empty() ? "" : fmt::format("      case \"$before\" in\n{}      esac\n", cases);
}

std::string BashCase(const CommandText& command) {
  std::vector<std::string> options, choices;
  for (const OptionText& option : command.options) {
    options.insert(options.end(), option.names.begin(), option.names.end());
  }
  for (const OptionText& argument : command.arguments) {
    choices.insert(choices.end(), argument.choices.begin(), argument.choices.end());
  }
  return fmt::format("    {})\n      options=\"{}\"\n      words=\"{}\"\n{}      ;;\n", command.name,
                     fmt::join(options, " "), fmt::join(choices, " "), BashChoices(command));
}

std::string BashScript(const std::vector<CommandText>& commands) {
  std::vector<std::string> names;
  std::string cases;
  for (const CommandText& command : commands) {
    names.push_back(command.name);
    cases += BashCase(command);
  }
  return fmt::format(R"(# bash completion for nnc
_nnc() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" options="" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$word"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{}  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _nnc nnc
)",
                     fmt::join(names, " "), cases);
}

// ---- zsh ----

// Text within a quoted specification of _arguments, where brackets and colons have a meaning.
std::string ZshText(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

std::string ZshValue(const OptionText& option) {
  if (option.value.empty()) return "";
  std::string values = option.choices.empty() ? "_files" : fmt::format("({})", fmt::join(option.choices, " "));
  return fmt::format(":{}:{}", ZshText(option.names.empty() ? option.value : "value"), values);
}

std::string ZshCase(const CommandText& command) {
  std::string text = fmt::format("    {}) _arguments", command.name);
  for (const OptionText& option : command.options) {
    for (const std::string& name : option.names) {
      text += fmt::format(" \\\n      '*{}[{}]{}'", name, ZshText(option.text), ZshValue(option));
    }
  }
  for (size_t i = 0; i < command.arguments.size(); ++i) {
    text += fmt::format(" \\\n      '{}{}'", i + 1, ZshValue(command.arguments[i]));
  }
  return text + " ;;\n";
}

std::string ZshScript(const std::vector<CommandText>& commands) {
  std::string names, cases;
  for (const CommandText& command : commands) {
    names += fmt::format("    '{}:{}'\n", command.name, ZshText(command.text));
    cases += ZshCase(command);
  }
  return fmt::format(R"(#compdef nnc
# zsh completion for nnc
_nnc() {{
  local -a commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
{}  esac
}}
if [ "$funcstack[1]" = _nnc ]; then _nnc "$@"; else compdef _nnc nnc; fi
)",
                     names, cases);
}

// ---- fish ----

std::string FishText(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '\'' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return "'" + escaped + "'";
}

std::string FishOption(const CommandText& command, const OptionText& option) {
  std::string line = fmt::format("complete -c nnc -n '__fish_seen_subcommand_from {}'", command.name);
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.value.empty()) line += " -r";
  if (!option.choices.empty())
    line += fmt::format(" -f -a {}", FishText(fmt::format("{}", fmt::join(option.choices, " "))));
  return line + " -d " + FishText(option.text) + "\n";
}

std::string FishScript(const std::vector<CommandText>& commands) {
  std::string script = "# fish completion for nnc\n";
  for (const CommandText& command : commands) {
    script +=
        fmt::format("complete -c nnc -n __fish_use_subcommand -f -a {} -d {}\n", command.name, FishText(command.text));
  }
  for (const CommandText& command : commands) {
    for (const OptionText& option : command.options) script += FishOption(command, option);
    for (const OptionText& argument : command.arguments) {
      if (!argument.choices.empty()) script += FishOption(command, argument);
    }
  }
  return script;
}

}  // namespace

std::string CompletionScript(const CLI::App& app, const std::string& shell) {
  std::vector<CommandText> commands = DescribeCommands(app);
  if (shell == "bash") return BashScript(commands);
  return shell == "zsh" ? ZshScript(commands) : FishScript(commands);
}

void AddCompletion(CLI::App& app, Command& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "print a script that completes nnc's command line in a shell");
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &chosen] {
    chosen = [shell, &app](Session&) {
      Print(CompletionScript(app, *shell));
      return kExitOk;
    };
  });
}

}  // namespace nnc::driver
