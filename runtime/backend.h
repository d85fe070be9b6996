// What runs a function on the host's request.
#pragma once

namespace nnc::runtime {

enum class Backend {
  kJit,        // optimised native code
  kEvaluator,  // the reference evaluator, on the function as the frontend gave it
};

}  // namespace nnc::runtime
