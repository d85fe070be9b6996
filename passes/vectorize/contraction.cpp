// Contractions of all rows at once.
#include "passes/vectorize/rules.h"

namespace nnc::passes {

using ir::AttributeKey;
using ir::Value;

// Where the rows share the matrix on the right, they are one matrix on the left: [rows, M, K] as [rows * M, K]. Else
// the rows are a leading axis of both.
Value RowsMatMul(const RowsContext& c) {
  bool a_flag = c.node.attribute<bool>(AttributeKey::kTransposeA);
  bool b_flag = c.node.attribute<bool>(AttributeKey::kTransposeB);
  bool is_matrix = c.node.type.rank() == 2;
  if (c.varies(1) || a_flag || !is_matrix) return c.build.MatMul(c.Repeated(0), c.Repeated(1), a_flag, b_flag);
  ir::Dim m = c.row_type(0).shape[0], k = c.row_type(0).shape[1];
  Value stacked = c.build.Reshape(c.operands[0], {c.rows * m, k});
  return c.build.Reshape(c.build.MatMul(stacked, c.operands[1], false, b_flag), c.WithRows(c.node.type.shape));
}

}  // namespace nnc::passes
