// How training is shown.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "driver/live_lines.h"
#include "driver/training_display.h"
#include "runtime/trainer.h"

namespace nnc::driver {

enum class ProgressStyle {
  kTerminal,  // a few lines, drawn again and again in place (training_display.h)
  kLines,     // a line an epoch, at most about twenty of them, evenly spaced
  kJson,      // the events of the command line reference, a JSON object a line
  kQuiet,     // nothing
};

// Writes to `out`. One object serves several runs, one after the other.
class Progress {
 public:
  Progress(ProgressStyle style, std::FILE* out);
  // What the trainer calls; refers to this object.
  runtime::TrainObserver Observer();

 private:
  void Start(const runtime::TrainStart& start);
  void Redraw(const runtime::TrainProgress& progress);
  void Epoch(const runtime::EpochDone& epoch);
  void Done(const runtime::TrainDone& done);
  void Stopped(const runtime::TrainStopped& stopped);
  void Write(const std::string& text);
  // Draws the terminal's lines of what `display_` holds, at a step.
  void Draw(int64_t step, int64_t steps);

  ProgressStyle style_;
  std::FILE* out_;
  int64_t rows_ = 0;    // of the run's training split
  int64_t before_ = 0;  // steps that a checkpoint had done
  double seconds_ = 0;  // of the run's epochs so far
  bool color_, unicode_;
  DisplayState display_;
  LiveLines lines_;
  std::chrono::steady_clock::time_point drawn_;  // when an epoch was drawn last
};

}  // namespace nnc::driver
