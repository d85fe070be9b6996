// metrics.jsonl: one line an epoch, written and read back.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "runtime/trainer.h"

namespace nnc::runtime {

// Each line reaches the system when its epoch is done, so that another program can follow a run.
class MetricsFile {
 public:
  // Makes `directory` and in it a metrics.jsonl with the first `epochs` lines of the one that was there, which a
  // resumed run goes on from; an empty name: nothing is written. Throws Failure CannotWrite.
  MetricsFile(const std::string& directory, int64_t epochs);
  void Append(const EpochDone& epoch);
  const std::string& path() const { return path_; }

 private:
  void Check() const;

  std::string path_;
  std::ofstream file_;
};

// The epochs of a metrics.jsonl: their numbers, figures and seconds. A number that was not finite is NaN. A last line
// that is not whole yet, as a run that is going on may have, is left out. Throws Failure: CannotRead; BadDataFile at a
// line.
std::vector<EpochDone> ReadMetrics(const std::string& path);

}  // namespace nnc::runtime
