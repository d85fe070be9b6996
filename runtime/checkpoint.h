// Checkpoints: all that a run needs to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "runtime/run_code.h"
#include "runtime/split_loop.h"
#include "runtime/tensor.h"
#include "runtime/trainer.h"

namespace nnc::runtime {

struct Checkpoint {
  uint64_t program = 0;  // RunHash of what was trained
  int64_t seed = 0;
  int64_t step = 0;                        // done
  PassState pass;                          // of the epoch that step is in
  TensorMap values;                        // parameters, buffers and state
  int64_t kept_epoch = 0;                  // with `patience`: the best epoch so far,
  std::optional<double> kept_loss;         // its loss,
  TensorMap kept;                          // and its parameters and buffers
  std::optional<Figures> train, validate;  // of the last epoch that was done
};

// A number for what decides on a run's values, step after step: its functions, its data blocks as declared, and how
// rows fall into batches. Not for how long it trains, so that a finished run can go on for more epochs.
uint64_t RunHash(const Program& program, const TrainPlan& plan, const LoopRequest& train);

// A safetensors file. `values` have their own names there and those of `kept` begin with "kept/"; the counts are
// metadata, among them a checksum (checked_file.h). Throws Failure CannotWrite.
void WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint);

// nullopt where there is no such file. Throws Failure: CannotRead, BadCheckpoint for one that is damaged. Figures get
// the names in `metrics`.
std::optional<Checkpoint> ReadCheckpoint(const std::string& path, const std::vector<std::string>& metrics);

// Whether a safetensors file's metadata say that it is a checkpoint.
bool IsCheckpoint(const std::map<std::string, std::string>& metadata);
// Throws Failure BadCheckpoint where the checksum is wrong.
void VerifyCheckpoint(const std::string& path);

}  // namespace nnc::runtime
