// metrics.jsonl: one line an epoch, written and read back.
#pragma once

#include <string>
#include <vector>

#include "ir/descriptor.h"
#include "runtime/trainer.h"

namespace nnc::runtime {

// Each line reaches the system when its epoch is done, so that another program can follow a run.
class MetricsFile {
 public:
  // Keeps the first `epochs` lines of the file that was there, which a resumed run goes on from; an empty name: nothing
  // is written. Throws Failure CannotWrite, as the rest does.
  MetricsFile(const std::string& path, int64_t epochs);
  void Append(const EpochDone& epoch);
  // Waits until the lines are on the disk.
  void Flush() const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  Descriptor file_{-1};
};

// The epochs of a metrics.jsonl: their numbers, figures and seconds. A number that was not finite is NaN. A last line
// that is not whole yet, as a run that is going on may have, is left out. Throws Failure: CannotRead; BadDataFile at a
// line.
std::vector<EpochDone> ReadMetrics(const std::string& path);

}  // namespace nnc::runtime
