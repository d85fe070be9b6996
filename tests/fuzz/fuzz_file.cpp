#include "tests/fuzz/fuzz_file.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ir/diagnostics.h"

namespace nnc::fuzz {

FuzzFile::FuzzFile(const std::string& name) {
  folder_ = (std::filesystem::temp_directory_path() / "nnc_fuzz_XXXXXX").string();
  if (mkdtemp(folder_.data()) == nullptr) std::abort();
  path_ = (std::filesystem::path(folder_) / name).string();
}

FuzzFile::~FuzzFile() { std::filesystem::remove_all(folder_); }

const std::string& FuzzFile::Holding(const uint8_t* data, size_t size) {
  return Holding(std::string(reinterpret_cast<const char*>(data), size));
}

const std::string& FuzzFile::Holding(const std::string& bytes) {
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  return path_;
}

void MayRefuse(const std::function<void()>& read) {
  try {
    read();
  } catch (const Failure& failure) {
    if (failure.diagnostic().kind != DiagnosticKind::kInternal) return;
    std::fprintf(stderr, "internal error: %s\n", failure.what());
    std::abort();
  }
}

}  // namespace nnc::fuzz
