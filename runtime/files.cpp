#include "runtime/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <new>
#include <system_error>

#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string SystemReason() { return std::generic_category().message(errno); }

[[noreturn]] void FailToRead(const std::string& path, const std::string& reason) {
  Fail(DiagnosticKind::kCannotRead, path, fmt::format("cannot read `{}`: {}", path, reason));
}

[[noreturn]] void FailToWrite(const std::string& path, const std::string& reason) {
  Fail(DiagnosticKind::kCannotWrite, path, fmt::format("cannot write `{}`: {}", path, reason));
}

bool IsGzip(std::string_view bytes) { return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

std::string ReadRaw(const std::string& path) {
  // O_NONBLOCK: opening a FIFO would wait for a writer before fstat can refuse it.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) FailToRead(path, SystemReason());
  struct stat status{};
  if (fstat(file.get(), &status) != 0) FailToRead(path, SystemReason());
  if (S_ISDIR(status.st_mode)) FailToRead(path, "it is a directory");
  if (!S_ISREG(status.st_mode)) FailToRead(path, "it is not a regular file");
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) FailToRead(path, SystemReason());
    if (got == 0) break;  // the file was cut meanwhile
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
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

// Writes and flushes `bytes` to the new file `aside`.
void WriteAside(const std::string& aside, std::string_view bytes, const std::string& path) {
  const Descriptor file(open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.open()) FailToWrite(path, SystemReason());
  WriteAll(file.get(), bytes, path);
  if (fsync(file.get()) != 0) FailToWrite(path, SystemReason());
}

}  // namespace

std::string ReadFile(const std::string& path) {
  std::string bytes = ReadRaw(path);
  return IsGzip(bytes) ? Gunzip(bytes, path) : bytes;
}

std::string Gunzip(std::string_view packed, const std::string& path) {
  constexpr int kGzipWindow = 16 + MAX_WBITS;  // zlib.h, inflateInit2: 16 asks for the gzip wrapper
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  std::string result;
  size_t read = 0;
  int status = Z_OK;
  while (status != Z_STREAM_END || IsGzip(packed.substr(read))) {
    if (status == Z_STREAM_END) inflateReset(&stream);  // the next member
    const size_t old_size = result.size();
    result.resize(old_size + std::max<size_t>(4 * packed.size(), 1 << 16));
    stream.next_out = reinterpret_cast<Bytef*>(result.data() + old_size);
    stream.avail_out = static_cast<uInt>(std::min<size_t>(result.size() - old_size, 1 << 30));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + read));  // zlib only reads it
    stream.avail_in = static_cast<uInt>(std::min<size_t>(packed.size() - read, 1 << 30));
    status = inflate(&stream, Z_NO_FLUSH);
    read = static_cast<size_t>(reinterpret_cast<const char*>(stream.next_in) - packed.data());
    result.resize(static_cast<size_t>(reinterpret_cast<const char*>(stream.next_out) - result.data()));
    if (status != Z_OK && status != Z_STREAM_END) {
      const bool cut = status == Z_BUF_ERROR;  // zlib asks for more input
      Fail(DiagnosticKind::kBadDataFile, fmt::format("{}@{}", path, read),
           cut ? "the gzip stream ends too early"
               : fmt::format("damaged gzip stream: {}", stream.msg ? stream.msg : "error"),
           "Fetch the file again.");
    }
  }
  return result;
}

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
