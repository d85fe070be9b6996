// How training is shown.
#pragma once

#include <cstdio>
#include <string>

#include "runtime/trainer.h"

namespace nnc::driver {

enum class ProgressStyle {
  kTerminal,  // one line, drawn again and again; the cursor stays in it
  kLines,     // a line an epoch, at most about twenty of them, evenly spaced
  kJson,      // the events of the command line reference, a JSON object a line
  kQuiet,     // nothing
};

// Writes to `out`. One object serves several runs, one after the other.
class Progress {
 public:
  Progress(ProgressStyle style, std::FILE* out) : style_(style), out_(out) {}
  // What the trainer calls; refers to this object.
  runtime::TrainObserver Observer();

 private:
  void Start(const runtime::TrainStart& start);
  void Redraw(const runtime::TrainProgress& progress);
  void Epoch(const runtime::EpochDone& epoch);
  void Done(const runtime::TrainDone& done);
  void Stopped(const runtime::TrainStopped& stopped);
  void Write(const std::string& text);

  ProgressStyle style_;
  std::FILE* out_;
  int64_t rows_ = 0;    // of the run's training split
  int64_t before_ = 0;  // steps that a checkpoint had done
  double seconds_ = 0;  // of the run's epochs so far
};

}  // namespace nnc::driver
