// nnc: the command line, and what becomes of errors.

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "driver/command_line.h"
#include "driver/commands.h"
#include "ir/dim.h"

namespace nnc::driver {
namespace {

// Parses the command line. Returns the exit code where there is nothing more to do: after --help, --version, and
// mistakes.
std::optional<int> ParseCommandLine(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
}

int Run(int argc, char** argv, Session& session) {
  CLI::App app("nnc compiles computation graphs with their gradients, and trains them.", "nnc");
  app.set_version_flag("--version", "nnc " NNC_VERSION);
  app.require_subcommand(1);
  Command chosen;
  AddCheck(app, chosen);
  AddTrain(app, chosen);
  AddReplay(app, chosen);
  AddEval(app, chosen);
  AddProfile(app, chosen);
  AddRun(app, chosen);
  AddJacobian(app, chosen);
  AddEmit(app, chosen);
  AddGraph(app, chosen);
  AddExplain(app, chosen);
  AddGradcheck(app, chosen);
  AddFmt(app, chosen);
  AddDoc(app, chosen);
  AddDiff(app, chosen);
  AddInspect(app, chosen);
  AddCompletion(app, chosen);
  AddMan(app, chosen);
  AddExamples(app);
  if (auto code = ParseCommandLine(app, argc, argv)) return *code;
  return chosen(session);
}

int ShowFailure(const Diagnostic& diagnostic, const Session& session) {
  std::fputs(Render(diagnostic, session.sources, UseColor(2)).c_str(), stderr);
  int code = InfoOf(diagnostic.kind).exit_code;
  if (code == kExitInternal) std::fputs("This is an internal error of nnc: please report it.\n", stderr);
  return code;
}

int Main(int argc, char** argv) {
  Session session;
  try {
    return Run(argc, argv, session);
  } catch (const Failure& failure) {
    ShowDiagnostics(session);
    return ShowFailure(failure.diagnostic(), session);
  } catch (const std::bad_alloc&) {
    return ShowFailure(Failure(DiagnosticKind::kOutOfMemory, "", "out of memory").diagnostic(), session);
  } catch (const ir::DimOverflow& overflow) {
    return ShowFailure(Failure(DiagnosticKind::kDimensionOverflow, "", overflow.what()).diagnostic(), session);
  } catch (const std::exception& error) {
    return ShowFailure(Failure(DiagnosticKind::kInternal, "", error.what()).diagnostic(), session);
  }
}

}  // namespace
}  // namespace nnc::driver

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond the user's limit is then a write that fails, with its message
  return nnc::driver::Main(argc, argv);
}
