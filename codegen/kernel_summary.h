// What a kernel is, in words and numbers: a line of `nnc emit kernels`, a row of `nnc profile`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "codegen/work.h"
#include "ir/source.h"

namespace nnc::codegen {

struct KernelSummary {
  std::string symbol;       // "fit.step.12"
  std::string number;       // "12"; "12.0" is the first kernel of the body of loop 12
  std::string kind;         // "matmul"
  std::string space;        // "32x100 over 3": parallel extents, then folded ones
  std::string stored;       // "%net.fc1.weight, %loss"
  std::string fused;        // the ops computed, in order: "matmul add max"
  std::string shape;        // tiles and vectors: "columns 8x48, 16 lanes"
  int threads = 1;          // that share a call's work
  std::vector<Span> spans;  // of the ops computed
  int64_t calls = 1;        // in one run of the function
  Work work;                // of one call
};

// "a.nn:14,17 b.nn:3": the lines of the program that the kernel comes from, sorted; empty where none is known.
std::string SourceLines(const KernelSummary& kernel, const SourceManager& sources);

struct Program;

// The kernels of a function of the program in the order they run, those of a loop's body behind the loop.
std::vector<KernelSummary> Summarize(const Program& program, size_t function);

}  // namespace nnc::codegen
