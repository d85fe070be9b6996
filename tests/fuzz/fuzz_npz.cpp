#include "runtime/npz.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static nnc::fuzz::FuzzFile file("input.npz");
  nnc::fuzz::MayRefuse([&] {
    const std::string& path = file.Holding(data, size);
    for (const std::string& key : nnc::runtime::ListNpz(path)) {
      nnc::fuzz::MayRefuse([&] { nnc::runtime::ReadNpz(path, key); });
    }
  });
  return 0;
}
