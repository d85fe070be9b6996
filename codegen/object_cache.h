// Object code kept on disk between runs of the compiler.
#pragma once

#include <llvm/IR/Module.h>

#include <optional>
#include <string>

#include "codegen/jit.h"

namespace nnc::codegen {

// A folder of object files named by what they were made from: the text of the module before optimisation, which says
// the processor and its features too, the level of optimisation, and the versions of LLVM and of our pipeline. So a
// file is never stale, and equal kernels of different programs share one.
//
// Files are written aside and renamed, so that several processes may use one folder at once, and end with a checksum: a
// damaged one is as good as absent, and so is a folder that cannot be written. The least recently used are removed when
// all of them exceed 256 MiB.
class ObjectCache {
 public:
  // An empty folder name: nothing is kept.
  explicit ObjectCache(std::string folder) : folder_(std::move(folder)) {}

  // The name under which code made from this module is kept.
  std::string KeyOf(const llvm::Module& module, int level) const;
  std::optional<ObjectCode> Find(const std::string& key) const;
  void Store(const std::string& key, const ObjectCode& code) const;
  // Removes what is too much. To be called once a run, after Store.
  void Prune() const;

 private:
  std::string PathOf(const std::string& key) const;

  std::string folder_;
};

}  // namespace nnc::codegen
