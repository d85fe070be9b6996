// What the fuzzers of readers share. Each is a libFuzzer target: `LLVMFuzzerTestOneInput` gets bytes, which a reader
// must read or refuse with a diagnostic; a crash, an internal error and any other exception are faults.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace nnc::fuzz {

// A file in a directory of this process, for readers that take paths. `name` has the extension that they go by.
class FuzzFile {
 public:
  explicit FuzzFile(const std::string& name);
  ~FuzzFile();
  FuzzFile(const FuzzFile&) = delete;
  FuzzFile& operator=(const FuzzFile&) = delete;

  // The path, after the file has been given these bytes.
  const std::string& Holding(const uint8_t* data, size_t size);
  const std::string& Holding(const std::string& bytes);

 private:
  std::string folder_, path_;
};

// Runs what may throw Failure for bad input.
void MayRefuse(const std::function<void()>& read);

}  // namespace nnc::fuzz
