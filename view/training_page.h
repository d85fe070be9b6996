// The page of a training run, or of several.
#pragma once

#include <string>
#include <vector>

#include "runtime/run_record.h"

namespace nnc::view {

struct TrainingPage {
  std::string title;
  std::vector<const runtime::RunRecord*> runs;     // of this training
  std::vector<const runtime::RunRecord*> earlier;  // of others, to compare with
  int refresh_seconds = 0;                         // 0: nothing changes any more
};

// For each run: loss and metrics, learning rates, norms of gradients and updates by layer, confusion matrix, decision
// regions, fit. Before them, where there is more than one with the same unit of places, the runs compared.
std::string Html(const TrainingPage& page);

}  // namespace nnc::view
