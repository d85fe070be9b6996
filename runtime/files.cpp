#include "runtime/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "runtime/byte_source.h"
#include "runtime/descriptor.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

[[noreturn]] void FailToWrite(const std::string& path, const std::string& reason) {
  Fail(DiagnosticKind::kCannotWrite, path, fmt::format("cannot write `{}`: {}", path, reason));
}

void WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) FailToWrite(path, SystemReason());
    bytes.remove_prefix(static_cast<size_t>(put));
  }
}

std::string DirectoryOf(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

// Writes and flushes `bytes` to the new file `aside`, which may be read and written by those who may `path`.
void WriteAside(const std::string& aside, std::string_view bytes, const std::string& path) {
  const Descriptor file(open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.open()) FailToWrite(path, SystemReason());
  struct stat old{};
  if (stat(path.c_str(), &old) == 0) fchmod(file.get(), old.st_mode & 0777);
  WriteAll(file.get(), bytes, path);
  if (fsync(file.get()) != 0) FailToWrite(path, SystemReason());
}

}  // namespace

std::string ReadFile(const std::string& path) { return std::string(MapFile(path).text()); }

void WriteAtomically(const std::string& path, std::string_view bytes) {
  const std::string aside = fmt::format("{}.tmp.{}", path, getpid());
  try {
    WriteAside(aside, bytes, path);
    if (rename(aside.c_str(), path.c_str()) != 0) FailToWrite(path, SystemReason());
  } catch (const Failure&) {
    unlink(aside.c_str());
    throw;
  }
  const Descriptor directory(open(DirectoryOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.open()) fsync(directory.get());  // some file systems cannot; the file itself is complete by now
}

void MakeDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) FailToWrite(path, error.message());
}

}  // namespace nnc::runtime
