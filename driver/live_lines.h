// Lines at the bottom of a terminal that are drawn again and again in place.
#pragma once

#include <string>
#include <vector>

#include "driver/styled_line.h"

namespace nnc::driver {

// Says what to write to the terminal. Every line is written over the one before and only its rest is cleared, in one
// piece that a terminal which knows synchronized output (DEC mode 2026) shows at once; so nothing flickers. The cursor
// stays visible, at the end of the last line: there is nothing to restore, however the program ends.
class LiveLines {
 public:
  // Draws `lines` in place of those drawn before, in a terminal of `columns`. Where it has become narrower since, lines
  // drawn before have been wrapped: what they take now is drawn over and cleared.
  std::string Draw(const std::vector<StyledLine>& lines, int columns, bool color);
  // The lines stay as they are; what is written next begins on a new line.
  std::string Leave();

 private:
  std::vector<int> widths_;  // of the lines drawn
  int columns_ = 0;          // of the terminal when they were
};

}  // namespace nnc::driver
