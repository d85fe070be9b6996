#include "ir/source_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace nnc {

RegularFile OpenRegularFile(const std::string& path) {
  // O_NONBLOCK: opening a FIFO would wait for a writer before fstat can refuse it.
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file.open() || fstat(file.get(), &status) != 0) FailToRead(path, SystemReason());
  if (S_ISDIR(status.st_mode)) FailToRead(path, "it is a directory");
  if (!S_ISREG(status.st_mode)) FailToRead(path, "it is not a regular file");
  return {path, std::move(file), static_cast<uint64_t>(status.st_size)};
}

size_t RegularFile::ReadAt(uint64_t at, char* to, size_t count) const {
  size_t done = 0;
  while (done < count) {
    const ssize_t got = pread(file.get(), to + done, count - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) FailToRead(path, SystemReason());
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

void FailToRead(const std::string& path, const std::string& reason) {
  throw Failure(DiagnosticKind::kCannotRead, path, fmt::format("cannot read `{}`: {}", path, reason));
}

std::string ReadSourceFile(const std::string& path) {
  constexpr uint64_t kMostBytes = 16 << 20;
  const RegularFile source = OpenRegularFile(path);
  if (source.size > kMostBytes) {
    FailToRead(path, fmt::format("it has {} bytes; a program has at most 16 MiB", source.size));
  }
  std::string text(source.size, '\0');
  text.resize(source.ReadAt(0, text.data(), text.size()));  // it may have become shorter
  return text;
}

}  // namespace nnc
