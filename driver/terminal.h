// What the terminal at a file descriptor is like.
#pragma once

namespace nnc::driver {

// Whether lines can be drawn in place: it is a terminal, and TERM names one that can move its cursor.
bool CanRedraw(int descriptor);

struct TerminalSize {
  int columns = 80, rows = 24;
};
// As it is now; 80 x 24 where it does not say.
TerminalSize SizeOf(int descriptor);

// Whether the locale's characters are UTF-8, by LC_ALL, LC_CTYPE or LANG.
bool HasUtf8();

}  // namespace nnc::driver
