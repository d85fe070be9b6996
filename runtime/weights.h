// Weights files: parameters, buffers and data constants as safetensors, under PyTorch's names and layouts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Parameters and buffers under their full names ("net.fc1.weight"), data constants under theirs ("spiral.x.mean").
// Optimizer state is not part of a weights file. `class_names`, by "data.field", go into the file's metadata as JSON
// lists under "classes.data.field". Throws Failure CannotWrite.
void SaveWeights(const std::string& path, const TensorMap& values,
                 const std::map<std::string, std::vector<std::string>>& class_names = {});

// Reads a weights file and fits it to the program: every parameter must be there with its shape; other float types are
// converted. Data constants may be missing (a PyTorch file has none). With a single model, names without its instance
// name are accepted ("fc1.weight" for "net.fc1.weight"). PyTorch's `num_batches_tracked` counters are passed over.
// Throws Failure: BadWeights for a file without the format, WeightsMismatch naming everything that is missing,
// unexpected or of another shape or type.
TensorMap LoadWeights(const std::string& path, const Program& program);

// The same check for tensors that are in memory; `path` is for messages.
TensorMap FitWeights(TensorMap file, const Program& program, const std::string& path);

}  // namespace nnc::runtime
