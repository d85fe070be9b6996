#include "runtime/idx.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static nnc::fuzz::FuzzFile file("input.idx");
  nnc::fuzz::MayRefuse([&] { nnc::runtime::ReadIdx(file.Holding(data, size)); });
  return 0;
}
