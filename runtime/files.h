// Whole files, in and out.
#pragma once

#include <string>
#include <string_view>

namespace nnc::runtime {

// The bytes of a regular file; a gzip file is unpacked. Throws Failure as byte_source.h's functions do.
std::string ReadFile(const std::string& path);

// Writes a file so that at every moment `path` holds all of the old bytes or all of the new ones: into a new file
// beside it with the same permissions, flushed to the disk, renamed, and the directory flushed. Throws Failure
// CannotWrite; the old file is then as it was.
void WriteAtomically(const std::string& path, std::string_view bytes);

// Makes a directory and those above it where they are missing. Throws Failure CannotWrite.
void MakeDirectories(const std::string& path);

}  // namespace nnc::runtime
