#include "runtime/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "ir/descriptor.h"
#include "runtime/byte_source.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

constexpr std::string_view kAside = ".tmp.";  // between a file's name and the number of the process that writes it

std::string DirectoryOf(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

// Short pieces are gathered, so that a file of many takes few calls.
void WritePieces(const Descriptor& file, std::span<const std::string_view> pieces, const std::string& path) {
  constexpr size_t kShort = size_t{1} << 16;
  std::string gathered;
  for (const std::string_view piece : pieces) {
    if (piece.size() < kShort) gathered += piece;
    if (piece.size() < kShort && gathered.size() < kShort) continue;
    WriteAll(file, gathered, path);
    gathered.clear();
    if (piece.size() >= kShort) WriteAll(file, piece, path);
  }
  WriteAll(file, gathered, path);
}

// Writes and flushes `pieces` to the new file `aside`, which may be read and written by those who may `path`.
void WriteAside(const std::string& aside, std::span<const std::string_view> pieces, const std::string& path) {
  const Descriptor file(open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.open()) FailToWrite(path, SystemReason());
  struct stat old{};
  if (stat(path.c_str(), &old) == 0) fchmod(file.get(), old.st_mode & 0777);
  WritePieces(file, pieces, path);
  Flush(file, path);
}

// So that a name in it lasts. Some file systems have no such thing, and a directory may be one to write in but not to
// read: the file itself is complete by then.
void FlushDirectory(const std::string& path) {
  const Descriptor directory(open(DirectoryOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.open() || fsync(directory.get()) == 0 || errno == EINVAL || errno == EOPNOTSUPP) return;
  FailToWrite(path, SystemReason());
}

}  // namespace

std::string ReadFile(const std::string& path) { return std::string(MapFile(path).text()); }

void FailToWrite(const std::string& path, const std::string& reason) {
  Fail(DiagnosticKind::kCannotWrite, path, fmt::format("cannot write `{}`: {}", path, reason));
}

void WriteAll(const Descriptor& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) FailToWrite(path, SystemReason());
    if (put == 0) FailToWrite(path, "nothing more is taken");
    bytes.remove_prefix(static_cast<size_t>(put));
  }
}

void Flush(const Descriptor& file, const std::string& path) {
  if (fsync(file.get()) != 0) FailToWrite(path, SystemReason());
}

void WriteAtomically(const std::string& path, std::string_view bytes) { WriteAtomically(path, {&bytes, 1}); }

void WriteAtomically(const std::string& path, std::span<const std::string_view> pieces) {
  const std::string aside = fmt::format("{}{}{}", path, kAside, getpid());
  try {
    WriteAside(aside, pieces, path);
    if (rename(aside.c_str(), path.c_str()) != 0) FailToWrite(path, SystemReason());
  } catch (const Failure&) {
    unlink(aside.c_str());
    throw;
  }
  FlushDirectory(path);
}

void RemoveAside(const std::string& path) {
  const std::string beginning = std::filesystem::path(path).filename().string() + std::string(kAside);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(DirectoryOf(path), error)) {
    if (entry.path().filename().string().starts_with(beginning)) std::filesystem::remove(entry.path(), error);
  }
}

void MakeDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) FailToWrite(path, error.message());
}

}  // namespace nnc::runtime
