// What a terminal shows of a run that trains, as text made of its state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/styled_line.h"
#include "runtime/trainer.h"

namespace nnc::driver {

struct DisplayState {
  std::string run;
  std::string place;  // "epoch 12/100"
  double share = 0;   // of the run's steps that are done
  double rate = 0;    // samples in a second; 0: not known
  std::optional<double> seconds_left;
  runtime::Figures train;                    // of this epoch so far, or of the last one
  std::optional<runtime::Figures> validate;  // of the last epoch
  std::vector<runtime::Figures> history;     // of training, in order
};

// A line of progress, then a line for the loss and each metric with its course as a sparkline. `unicode`: bars and
// sparklines may be drawn with block characters, else with ASCII. Lines that do not fit into the width lose their
// sparkline, then their end; no line is wider than `columns`.
std::vector<StyledLine> DisplayLines(const DisplayState& state, int columns, bool unicode);

// The last numbers as a row of `width` characters at most, each as high as its number lies between the least and the
// greatest; several numbers share a character where there are more, as their mean. One that is not finite is a blank.
std::string Sparkline(const std::vector<double>& numbers, int width, bool unicode);

}  // namespace nnc::driver
