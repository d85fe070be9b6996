// How an op that is done row by row is done for all rows at once.
#pragma once

#include "ir/builder.h"

namespace nnc::passes {

// What a rule sees: a node as it is for one row, and operands of which some have an axis of rows in front.
struct RowsContext {
  const ir::Node& node;
  const std::vector<ir::Value>& operands;
  ir::Dim rows;
  ir::Builder& build;

  // Whether operand `i` differs from row to row.
  bool varies(size_t i) const { return operands[i] != node.operands[i]; }
  // The type of operand `i` in one row.
  const ir::Type& row_type(size_t i) const { return build.type(node.operands[i]); }
  // `shape` with the axis of rows in front.
  ir::Shape WithRows(ir::Shape shape) const {
    shape.insert(shape.begin(), rows);
    return shape;
  }
  // The type of all rows where one has `type`.
  ir::Type WithRows(const ir::Type& type) const {
    ir::Type all(type.element, type.is_tuple() ? type.shape : WithRows(type.shape));
    for (const ir::Type& part : type.parts) all.parts.push_back(WithRows(part));
    return all;
  }
  // Operand `i` with the axis of rows, repeated where it is the same in all.
  ir::Value Repeated(size_t i) const {
    return varies(i) ? operands[i] : build.Broadcast(operands[i], WithRows(row_type(i).shape));
  }
};

// RowsNAME(c) gives the node's result for all rows: one function for each op whose operands' axes have roles of their
// own, so that an op without its rule does not link. Other ops have one rule a class, in vectorize.cpp.
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) NNC_ROWS_##klass(name)
#define NNC_ROWS_Source(name)
#define NNC_ROWS_Elementwise(name)
#define NNC_ROWS_Reduce(name)
#define NNC_ROWS_Movement(name)
#define NNC_ROWS_Index(name) ir::Value Rows##name(const RowsContext& c);
#define NNC_ROWS_Contraction(name) ir::Value Rows##name(const RowsContext& c);
#define NNC_ROWS_Line(name)
#define NNC_ROWS_Loop(name) ir::Value Rows##name(const RowsContext& c);
#define NNC_ROWS_Request(name)
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_ROWS_Source
#undef NNC_ROWS_Elementwise
#undef NNC_ROWS_Reduce
#undef NNC_ROWS_Movement
#undef NNC_ROWS_Index
#undef NNC_ROWS_Contraction
#undef NNC_ROWS_Line
#undef NNC_ROWS_Loop
#undef NNC_ROWS_Request

}  // namespace nnc::passes
