// The groups of warnings, one file each.
#pragma once

#include "frontend/elaborate/declarations.h"
#include "frontend/frontend.h"

namespace nnc::lint {

// names.cpp. On the syntax trees: names that nothing reads (W0201), statements that are not reached (W0202),
// declarations that nothing uses (W0203).
void CheckNames(const Declarations& declarations, Diagnostics& found);

// graphs.cpp. On the training steps: labels and logits that do not agree (W0301), losses of logits that are given
// probabilities (W0302), inputs as they stand in a file (W0501), parameters without a loss (W0601).
void CheckGraphs(const Declarations& declarations, const Program& program, Diagnostics& found);

}  // namespace nnc::lint
