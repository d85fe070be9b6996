// Training events as JSON, one object a line: what `--json` prints and metrics.jsonl holds.
#pragma once

#include <string>
#include <vector>

#include "runtime/trainer.h"

namespace nnc::runtime {

// Without a newline. Figures that are not finite become null. Keys are those of the command line reference.
std::string StartJson(const TrainStart& start);
std::string EpochJson(const EpochDone& epoch);
std::string DoneJson(const TrainDone& done);
std::string StoppedJson(const TrainStopped& stopped);
// {"event": "eval", "split": "spiral.test", "loss": ..., "metrics": {...}, "samples": ...}
std::string EvalJson(const SplitFigures& split);

}  // namespace nnc::runtime
