// Event files, which TensorBoard reads.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace nnc::runtime {

using Scalars = std::vector<std::pair<std::string, double>>;  // by tag, "loss/train"

// A new event file in a directory. It is a sequence of TFRecords, each an Event of TensorFlow's event.proto: the length
// as 8 bytes and its checksum as 4, the message, and its checksum, all little-endian. A checksum is CRC-32C
// (Castagnoli) of the bytes, rotated right by 15 bits, plus 0xa282ead8 (tensorflow/core/lib/io/record_writer.h). What
// was added is in the file after each Add, so that TensorBoard can follow.
class EventFile {
 public:
  // Makes the directory where it is missing. Throws Failure CannotWrite.
  explicit EventFile(const std::string& directory);
  // Scalars at a step. Throws Failure CannotWrite.
  void Add(int64_t step, const Scalars& scalars);
  const std::string& path() const { return path_; }

 private:
  void Write(const std::string& message);

  std::string path_;
  std::ofstream file_;
};

}  // namespace nnc::runtime
