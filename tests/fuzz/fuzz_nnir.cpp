#include <cstdlib>

#include "ir/diagnostics.h"
#include "ir/text.h"
#include "tests/fuzz/fuzz_file.h"

// What is read without an error prints as a text that reads back as itself.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto print = [](const std::string& text, bool must_read) -> std::string {
    nnc::SourceManager sources;
    nnc::Diagnostics diagnostics;
    const nnc::ir::Module module = nnc::ir::Parse(sources.Add("input.nnir", text), sources, diagnostics);
    for (const nnc::Diagnostic& diagnostic : diagnostics.all()) nnc::Render(diagnostic, sources, /*color=*/false);
    if (!diagnostics.has_errors()) return nnc::ir::Print(module, sources);
    if (must_read) std::abort();
    return "";
  };
  nnc::fuzz::MayRefuse([&] {
    const std::string once = print(std::string(reinterpret_cast<const char*>(data), size), /*must_read=*/false);
    if (print(once, /*must_read=*/true) != once) std::abort();
  });
  return 0;
}
