#include "frontend/frontend.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static nnc::fuzz::FuzzFile file("input.nn");
  nnc::fuzz::MayRefuse([&] {
    nnc::SourceManager sources;
    nnc::Diagnostics diagnostics;
    nnc::FrontendOptions options;
    options.lint = true;
    nnc::CompileFile(file.Holding(data, size), options, sources, diagnostics);
    for (const nnc::Diagnostic& diagnostic : diagnostics.all()) nnc::Render(diagnostic, sources, /*color=*/false);
  });
  return 0;
}
