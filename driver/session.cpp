#include "driver/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
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
  constexpr size_t kMost = 100;  // more are of no use to anyone, and mostly have one cause
  bool color = UseColor(STDERR_FILENO);
  const std::vector<Diagnostic>& all = session.diagnostics.all();
  for (size_t i = 0; i < std::min(kMost, all.size()); ++i) {
    std::fputs(Render(all[i], session.sources, color).c_str(), stderr);
  }
  if (all.size() > kMost) std::fputs(fmt::format("and {} more\n", all.size() - kMost).c_str(), stderr);
  return session.diagnostics.exit_code();
}

void Print(const std::string& text) {
  bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw Failure(DiagnosticKind::kCannotWrite, "standard output", std::strerror(errno));
}

}  // namespace nnc::driver
