// One step of a run, with all that it takes to do it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ir/function.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// The rows of a data block that are in a batch.
struct BatchRows {
  std::string data;
  std::vector<int64_t> rows;  // as `generate` counts them: the first row of a file is 0
};

struct StepCase {
  std::string run;              // "fit"
  bool validation = false;      // a batch of validation data, which trains nothing
  int64_t step = 0;             // from 0
  int64_t epoch = 0;            // from 1
  int64_t batch = 0;            // rows
  ir::Function function;        // as it was compiled, but with its batch size `B` open
  TensorMap arguments;          // of the function: parameters and state as they were before the step, and the batch
  std::vector<BatchRows> rows;  // of each part of the data
};

}  // namespace nnc::runtime
