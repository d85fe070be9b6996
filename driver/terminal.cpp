#include "driver/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>

namespace nnc::driver {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool CanRedraw(int descriptor) {
  const std::string term = Variable("TERM");
  return isatty(descriptor) && !term.empty() && term != "dumb";
}

TerminalSize SizeOf(int descriptor) {
  TerminalSize size;
  winsize window{};
  if (ioctl(descriptor, TIOCGWINSZ, &window) != 0) return size;
  if (window.ws_col > 0) size.columns = window.ws_col;
  if (window.ws_row > 0) size.rows = window.ws_row;
  return size;
}

bool HasUtf8() {
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    locale = Variable(name);
    if (!locale.empty()) break;
  }
  std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::toupper(c); });
  return locale.find("UTF-8") != std::string::npos || locale.find("UTF8") != std::string::npos;
}

}  // namespace nnc::driver
