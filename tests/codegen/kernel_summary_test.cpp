#include "codegen/kernel_summary.h"

#include <gtest/gtest.h>

namespace nnc::codegen {
namespace {

TEST(KernelSummary, NamesEachLineItComesFromOnce) {
  SourceManager sources;
  const uint32_t a = sources.Intern("a.nn"), b = sources.Intern("b.nn");
  KernelSummary kernel;
  EXPECT_EQ(SourceLines(kernel, sources), "");
  kernel.spans = {{b, 3, 1, 1}, {a, 17, 2, 1}, {}, {a, 4, 9, 1}, {a, 17, 5, 2}};
  EXPECT_EQ(SourceLines(kernel, sources), "a.nn:4,17 b.nn:3");
}

}  // namespace
}  // namespace nnc::codegen
