#include "driver/session.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace nnc::driver {

bool UseColor(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(descriptor) && (no_color == nullptr || *no_color == '\0');
}

int ShowDiagnostics(const Session& session) {
  bool color = UseColor(STDERR_FILENO);
  for (const Diagnostic& diagnostic : session.diagnostics.all()) {
    std::fputs(Render(diagnostic, session.sources, color).c_str(), stderr);
  }
  return session.diagnostics.exit_code();
}

void Print(const std::string& text) {
  bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw Failure(DiagnosticKind::kCannotWrite, "standard output", std::strerror(errno));
}

}  // namespace nnc::driver
