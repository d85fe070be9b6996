// What one run of nnc has, whatever its command.
#pragma once

#include <memory>
#include <string>

#include "ir/diagnostics.h"
#include "runtime/data_files.h"

namespace nnc::driver {

// Exit codes beside those of the diagnostics table.
inline constexpr int kExitOk = 0, kExitUnformatted = 1, kExitUsage = 2, kExitInternal = 70;

struct Session {
  SourceManager sources;
  Diagnostics diagnostics;
  bool lint = false;  // warnings are wanted: nnc check
  std::shared_ptr<runtime::DataFiles> files = std::make_shared<runtime::DataFiles>();
};

// Whether output to this file descriptor may have colours: it is a terminal, and the variable NO_COLOR (no-color.org)
// is not set or empty.
bool UseColor(int descriptor);

// Writes what was reported to the standard error, and returns the exit code that follows from it.
int ShowDiagnostics(const Session& session);

// Writes text to the standard output. Throws Failure CannotWrite (a full disk, a closed pipe).
void Print(const std::string& text);

}  // namespace nnc::driver
