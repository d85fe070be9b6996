// Whole files, in and out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ir/descriptor.h"

namespace nnc::runtime {

// The bytes of a regular file; a gzip file is unpacked. Throws Failure as byte_source.h's functions do.
std::string ReadFile(const std::string& path);

// Writes a file so that at every moment `path` holds all of the old bytes or all of the new ones: into a new file
// beside it with the same permissions, flushed to the disk, renamed, and the directory flushed. Throws Failure
// CannotWrite; the old file is then as it was, but where the flush of the directory failed: then the new one is there.
void WriteAtomically(const std::string& path, std::string_view bytes);
// The same of pieces that follow one another, so that they need not be joined in memory.
void WriteAtomically(const std::string& path, std::span<const std::string_view> pieces);

[[noreturn]] void FailToWrite(const std::string& path, const std::string& reason);

// Writes all of the bytes to an open file, `path` by name. Throws Failure CannotWrite.
void WriteAll(const Descriptor& file, std::string_view bytes, const std::string& path);
// Waits until what was written is on the disk. Throws Failure CannotWrite.
void Flush(const Descriptor& file, const std::string& path);

// Removes what killed processes left of writing `path`. No process may be writing it now.
void RemoveAside(const std::string& path);

// Makes a directory and those above it where they are missing. Throws Failure CannotWrite.
void MakeDirectories(const std::string& path);

}  // namespace nnc::runtime
