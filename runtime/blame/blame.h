// Names what made a training step's result NaN or infinite.
#pragma once

#include <optional>

#include "codegen/codegen.h"
#include "ir/diagnostics.h"
#include "runtime/blame/step_case.h"

namespace nnc::runtime {

// Runs the step again with every value kept and follows what is not finite back to where it arose. The diagnostic
// (NonFinite) says the op, its place in the source, the step, the sample, forward or backward pass, the operands'
// ranges, why, and what helps. nullopt where every result is finite, but for infinities that were there before.
std::optional<Diagnostic> Blame(const StepCase& step, const codegen::Options& options);

}  // namespace nnc::runtime
