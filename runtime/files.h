// Whole files, in and out.
#pragma once

#include <string>
#include <string_view>

namespace nnc::runtime {

// The bytes of a regular file; a gzip file (by its first bytes, whatever its name) is unpacked, with all its members.
// Read, not mapped: a mapped file that another process cuts short would end this one by a signal. Throws Failure:
// CannotRead with the system's reason (also for directories and FIFOs), BadDataFile for a damaged gzip stream.
std::string ReadFile(const std::string& path);

// Unpacks a gzip stream; `path` is for messages.
std::string Gunzip(std::string_view packed, const std::string& path);

// Writes a file so that at every moment `path` holds all of the old bytes or all of the new ones: into a new file
// beside it, flushed to the disk, renamed, and the directory flushed. Throws Failure CannotWrite; the old file is then
// as it was.
void WriteAtomically(const std::string& path, std::string_view bytes);

// Makes a directory and those above it where they are missing. Throws Failure CannotWrite.
void MakeDirectories(const std::string& path);

}  // namespace nnc::runtime
