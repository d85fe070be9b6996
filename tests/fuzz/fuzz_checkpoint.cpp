#include "runtime/byte_source.h"
#include "runtime/checked_file.h"
#include "runtime/checkpoint.h"
#include "tests/fuzz/fuzz_file.h"

// The bytes as they are, and again with a right checksum, which no mutation would find.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static nnc::fuzz::FuzzFile file("checkpoint");
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto read = [&](const std::string& content) {
    nnc::runtime::ReadCheckpoint(file.Holding(content), {"accuracy"});
  };
  nnc::fuzz::MayRefuse([&] { read(bytes); });
  nnc::fuzz::MayRefuse([&] {
    using namespace nnc::runtime;
    Safetensors parsed = ParseSafetensors(ShareText(bytes), "input");
    std::string content;
    const SafetensorsText text = FormatChecked(parsed);
    for (const std::string_view piece : text.pieces()) content += piece;
    read(content);
  });
  return 0;
}
