// Files that are read: program text, and what any reader asks of a file first.
#pragma once

#include <cstdint>
#include <string>

#include "ir/descriptor.h"
#include "ir/diagnostics.h"

namespace nnc {

// A regular file, open for reading.
struct RegularFile {
  std::string path;
  Descriptor file;
  uint64_t size = 0;

  // Reads `count` bytes from byte `at` on; returns how many there are: fewer at the file's end. Throws Failure
  // CannotRead.
  size_t ReadAt(uint64_t at, char* to, size_t count) const;
};

// Throws Failure CannotRead, also for a directory, a FIFO and a device, without waiting for a FIFO's writer.
RegularFile OpenRegularFile(const std::string& path);
[[noreturn]] void FailToRead(const std::string& path, const std::string& reason);

// The text of a .nn or .nnir file. Throws Failure CannotRead, also for more than 16 MiB, which no program has.
std::string ReadSourceFile(const std::string& path);

}  // namespace nnc
