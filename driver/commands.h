// The subcommands. Each Add function declares one on the command line, and what it does when it was given: its `run` is
// put into `chosen`. The codes returned are the exit codes of the command line reference.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "driver/session.h"

namespace nnc::driver {

using Command = std::function<int(Session&)>;

void AddCheck(CLI::App& app, Command& chosen);
void AddTrain(CLI::App& app, Command& chosen);
void AddReplay(CLI::App& app, Command& chosen);
void AddEval(CLI::App& app, Command& chosen);
void AddProfile(CLI::App& app, Command& chosen);
void AddRun(CLI::App& app, Command& chosen);
void AddJacobian(CLI::App& app, Command& chosen);
void AddEmit(CLI::App& app, Command& chosen);
void AddGraph(CLI::App& app, Command& chosen);
void AddExplain(CLI::App& app, Command& chosen);
void AddGradcheck(CLI::App& app, Command& chosen);
void AddFmt(CLI::App& app, Command& chosen);
void AddDoc(CLI::App& app, Command& chosen);
void AddDiff(CLI::App& app, Command& chosen);
void AddInspect(CLI::App& app, Command& chosen);
void AddCompletion(CLI::App& app, Command& chosen);
void AddMan(CLI::App& app, Command& chosen);

}  // namespace nnc::driver
