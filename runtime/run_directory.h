// The directory of a run's results, which belongs to one run at a time.
#pragma once

#include <string>

#include "ir/descriptor.h"

namespace nnc::runtime {

class RunDirectory {
 public:
  // Makes the directory, locks it until this object ends or the process dies, and removes what killed runs left half
  // written; an empty name: nothing is to be written. Throws Failure CannotWrite; DirectoryInUse where another run has
  // it. On a file system without locks nothing is refused.
  explicit RunDirectory(const std::string& path);

  // Paths of its files; empty without a directory.
  std::string checkpoint() const { return PathOf("checkpoint"); }
  std::string weights() const { return PathOf("weights.safetensors"); }
  std::string metrics() const { return PathOf("metrics.jsonl"); }
  std::string replay() const { return PathOf("replay"); }

 private:
  std::string PathOf(const std::string& name) const { return path_.empty() ? "" : path_ + "/" + name; }

  std::string path_;
  Descriptor lock_{-1};
};

}  // namespace nnc::runtime
