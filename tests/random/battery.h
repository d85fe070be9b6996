// Random programs through every leg of the compiler.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ir/op.h"

namespace nnc::battery {

// A program that went wrong.
struct Finding {
  uint64_t seed;
  std::string leg, what;
  std::string program;  // reduced, as text
};

// What a run has seen.
struct Report {
  std::vector<Finding> findings;
  uint64_t programs = 0, by_forward_mode = 0, by_differences = 0;  // programs, and those whose gradients were judged
  uint64_t elements = 0, decided = 0;                              // of results, and those whose error bound is finite
  std::vector<uint64_t> ops;  // how many nodes of each op, requests before they are expanded, bodies too
};

// Checks the programs of seeds `first` ... `first + count - 1`, and adds to the report. Each is asked for its
// gradients (passes::WithGradients), and its gradients judged (passes::CheckDerivatives); some are asked for theirs
// again. Every pass of the pipeline must leave within their error bounds (ir::Bound) what the evaluator makes of the
// results, and every leg must compute that in native code, twice in the same memory. The programs are compiled as one
// module.
void CheckPrograms(uint64_t first, uint64_t count, Report& report);

}  // namespace nnc::battery
