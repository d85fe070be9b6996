// Gradients of ops along lines.
#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::Value;

// Element i went into the sums i, i + 1, ...: the adjoint summed from the end.
Value VjpCumSum(const VjpContext& v, size_t) {
  auto axis = v.attribute<int64_t>(ir::AttributeKey::kAxis);
  ir::Builder& build = v.build();
  return build.Reverse(build.CumSum(build.Reverse(v.g, axis), axis), axis);
}

}  // namespace nnc::passes
