// Weights files: parameters, buffers and data constants as safetensors, under PyTorch's names and layouts.
#pragma once

#include <string>

#include "frontend/frontend.h"
#include "runtime/data_files.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Parameters and buffers under their full names ("net.fc1.weight"), data constants under theirs ("spiral.x.mean").
// Optimizer state is not part of a weights file. The classes of class(_) fields go into the file's metadata under
// "classes.data.field": a JSON list of their names, or their number. Throws Failure CannotWrite.
void SaveWeights(const std::string& path, const TensorMap& values, const ClassMap& classes = {});
// The classes that a weights file keeps. Throws Failure BadWeights.
ClassMap LoadClasses(const std::string& path);

// Reads a weights file and fits it to the program: every parameter must be there with its shape; other float types are
// converted. Data constants may be missing (a PyTorch file has none). With a single model, names without its instance
// name are accepted ("fc1.weight" for "net.fc1.weight"). PyTorch's `num_batches_tracked` counters are passed over.
// Throws Failure: BadWeights for a file without the format, WeightsMismatch naming everything that is missing,
// unexpected or of another shape or type.
TensorMap LoadWeights(const std::string& path, const Program& program);

// The same check for tensors that are in memory; `path` is for messages.
TensorMap FitWeights(TensorMap file, const Program& program, const std::string& path);

// What a run takes from a weights file to start from.
struct StartWeights {
  TensorMap weights;
  std::vector<std::string> faults;  // a sentence for each tensor of the file or the program that was passed over
};

// Reads a weights file for its tensors that fit by name and shape, as transfer learning does: parameters that it lacks,
// or has in another shape, keep their initial values. Throws Failure: BadWeights; WeightsMismatch where no parameter
// fits.
StartWeights LoadStartWeights(const std::string& path, const Program& program);

// A list of faults for a message, cut after the tenth.
std::string FaultsText(std::vector<std::string> faults);

}  // namespace nnc::runtime
