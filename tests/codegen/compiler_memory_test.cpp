#include "codegen/compiler_memory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/codegen/run_compiled.h"
#include "tests/passes/training_step.h"

namespace nnc::codegen {
namespace {

// Resident kB of the process that lie in LLVM's library.
int64_t ResidentOfLlvm() {
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  int64_t kilobytes = 0;
  bool in_llvm = false;
  while (std::getline(maps, line)) {
    const bool names_mapping = line.find('-') < line.find(' ');
    if (names_mapping) in_llvm = line.find("libLLVM") != std::string::npos;
    if (in_llvm && line.starts_with("Rss:")) kilobytes += std::stoll(line.substr(4));
  }
  return kilobytes;
}

TEST(CompilerMemory, LlvmsCodeIsNotResidentOnceReleasedAndStillThere) {
  const ir::Function step = passes::DeepNetworkStep(2, 16, 16);
  ExpectSameAsEvaluator(step, SomeArguments(step), {}, 1e-3);
  const int64_t before = ResidentOfLlvm();
  if (before == 0) GTEST_SKIP() << "LLVM is part of the program";
  ReleaseCompilerMemory();
  EXPECT_LT(ResidentOfLlvm(), before / 2);
  ExpectSameAsEvaluator(step, SomeArguments(step), {}, 1e-3);
}

}  // namespace
}  // namespace nnc::codegen
