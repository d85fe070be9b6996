#include "runtime/run_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>

#include "runtime/fail.h"
#include "runtime/files.h"

namespace nnc::runtime {
namespace {

// The kernel gives the lock back when the process ends, however it ends.
Descriptor Lock(const std::string& path) {
  Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.open() || flock(directory.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return directory;
  Fail(DiagnosticKind::kDirectoryInUse, path, fmt::format("another run is writing to `{}`", path),
       "wait until it has ended, or give this run a directory of its own: --out DIR");
}

}  // namespace

RunDirectory::RunDirectory(const std::string& path) : path_(path) {
  if (path.empty()) return;
  MakeDirectories(path);
  lock_ = Lock(path);
  for (const std::string& file : {checkpoint(), weights(), metrics(), replay()}) RemoveAside(file);
}

}  // namespace nnc::runtime
