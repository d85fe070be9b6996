// Learning rates, and the norms of gradients and updates, while a run trains.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/side_function.h"

namespace nnc::runtime {

// Euclidean norms over the numbers of each layer, and the learning rates.
struct Norms {
  std::vector<double> gradients, updates;  // of NormProbe::layers
  std::vector<double> rates;               // of NormProbe::rates
};

// Measures on one batch, the first rows of the training split in their order, so that what changes is the model alone.
// It runs functions of its own, so that what is trained has the same bits with a probe as without.
class NormProbe {
 public:
  // `batch`: the rows of a whole batch.
  NormProbe(const Program& program, const TrainPlan& plan, DataStore& data, int64_t batch,
            const codegen::Options& options);

  // A layer is the parameters that share all of their path but its last part: `net.fc1` has `net.fc1.weight` and
  // `net.fc1.bias`.
  const std::vector<std::string>& layers() const { return layers_; }
  const std::vector<std::string>& rates() const { return rates_; }  // "lr", "lr2", ...

  Norms Measure(const RunState& state);

 private:
  int64_t accumulate_;
  std::optional<SideFunction> norms_function_, rates_function_;
  std::vector<std::string> layers_, rates_;
};

}  // namespace nnc::runtime
