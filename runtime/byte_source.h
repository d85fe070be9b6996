// The bytes of a file from front to back: read or unpacked piece by piece, or mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nnc::runtime {

class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Puts the next `count` bytes at `to`; fewer only at the end. Returns how many.
  virtual size_t Read(char* to, size_t count) = 0;
  // The next `count` bytes where they lie in memory, and passes over them; null where they do not, or are fewer.
  virtual std::shared_ptr<const std::byte> Take(size_t count);
  // A bound on the bytes that are left, for a size that a file claims before memory is got for it.
  virtual uint64_t at_most() const = 0;
  // Reads what is left, so that a checksum at the end is checked. Returns how many bytes there were.
  uint64_t Drain();
};

// Bytes in memory and what keeps them there.
struct SharedBytes {
  std::shared_ptr<const std::byte> begin;
  size_t size = 0;

  std::string_view text() const { return {reinterpret_cast<const char*>(begin.get()), size}; }
  SharedBytes part(size_t from, size_t count) const { return {{begin, begin.get() + from}, count}; }
};
SharedBytes ShareText(std::string text);

bool IsGzip(std::string_view bytes);

// Each opens a regular file; one that begins as gzip does, whatever its name, is unpacked, with all its members. Throw
// Failure CannotRead with the system's reason, also for directories and FIFOs; reading throws BadDataFile for a damaged
// gzip stream.

// Read through a buffer, in constant memory.
std::unique_ptr<ByteSource> OpenStream(const std::string& path);
// Mapped, so that Take gives the file's own pages; a gzip file is a stream. A process that cuts the file short
// meanwhile ends this one by a signal.
std::unique_ptr<ByteSource> OpenMapped(const std::string& path);
// All bytes of a file: mapped, or unpacked in memory.
SharedBytes MapFile(const std::string& path);
std::unique_ptr<ByteSource> SourceOf(SharedBytes bytes);

}  // namespace nnc::runtime
