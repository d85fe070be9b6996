// Gradients of indexing. Operand 1 holds the ids, which have no gradient.
#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::Value;

Value VjpTake(const VjpContext& v, size_t) {
  Value zeros = v.build().ConstantLike(0, v.x(0));
  return v.build().ScatterAdd(zeros, v.x(1), v.g);
}

Value VjpScatterAdd(const VjpContext& v, size_t i) { return i == 0 ? v.g : v.build().Take(v.g, v.x(1)); }

}  // namespace nnc::passes
