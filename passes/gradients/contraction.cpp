// Gradients of contractions.
#include "passes/gradients/rules.h"

namespace nnc::passes {

using ir::Value;

// Y = A B gives dA = G B^T and dB = A^T G. A flag says that the stored matrix is the transpose, and so must its
// gradient be: where a is stored as A^T, its gradient is (G B^T)^T = B G^T.
Value VjpMatMul(const VjpContext& v, size_t i) {
  bool a_flag = v.attribute<bool>(ir::AttributeKey::kTransposeA);
  bool b_flag = v.attribute<bool>(ir::AttributeKey::kTransposeB);
  ir::Builder& build = v.build();
  if (i == 0) return a_flag ? build.MatMul(v.x(1), v.g, b_flag, true) : build.MatMul(v.g, v.x(1), false, !b_flag);
  return b_flag ? build.MatMul(v.g, v.x(0), true, a_flag) : build.MatMul(v.x(0), v.g, !a_flag, false);
}

}  // namespace nnc::passes
