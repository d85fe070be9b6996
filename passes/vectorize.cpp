#include "passes/vectorize.h"

#include <fmt/format.h>

#include <stdexcept>

#include "passes/substitute.h"
#include "passes/vectorize/rules.h"

namespace nnc::passes {

using ir::AttributeKey;
using ir::Value;

namespace {

// The attributes of a node that sees one more axis in front.
ir::Attributes Shifted(const RowsContext& c) {
  ir::Attributes shifted;
  for (auto [key, value] : c.node.attributes.entries()) {
    if (key == AttributeKey::kAxis) value = std::get<int64_t>(value) + 1;
    if (key == AttributeKey::kShape) value = c.WithRows(std::get<ir::Shape>(value));
    if (key == AttributeKey::kAxes) {
      for (int64_t& axis : std::get<std::vector<int64_t>>(value)) ++axis;
    }
    shifted.Set(key, value);
  }
  return shifted;
}

// Operand `i` with as many axes as the result has then, so that rows never meet an axis of a row. A scalar that is the
// same in all rows goes with any shape.
Value Aligned(const RowsContext& c, size_t i) {
  const ir::Shape& row = c.row_type(i).shape;
  if (row.empty() && !c.varies(i)) return c.operands[i];
  ir::Shape shape(c.node.type.shape.size() + 1, 1);
  if (c.varies(i)) shape[0] = c.rows;
  std::copy(row.begin(), row.end(), shape.end() - static_cast<std::ptrdiff_t>(row.size()));
  return c.build.Reshape(c.operands[i], shape);
}

Value RowsOfElementwise(const RowsContext& c) {
  std::vector<Value> operands;
  for (size_t i = 0; i < c.operands.size(); ++i) operands.push_back(Aligned(c, i));
  return c.build.Apply(c.node.op, operands, c.node.attributes);
}

Value RowsOfMovement(const RowsContext& c) {
  if (c.node.op == ir::Op::kBroadcast) return c.build.Broadcast(Aligned(c, 0), c.WithRows(c.node.type.shape));
  ir::Attributes attributes = Shifted(c);
  if (c.node.op == ir::Op::kTranspose) {
    auto axes = attributes.Get<std::vector<int64_t>>(AttributeKey::kAxes);
    axes.insert(axes.begin(), 0);
    attributes.Set(AttributeKey::kAxes, axes);
  }
  std::vector<Value> operands;
  for (size_t i = 0; i < c.operands.size(); ++i) operands.push_back(c.Repeated(i));
  return c.build.Apply(c.node.op, operands, attributes);
}

// Of requests only CustomVjp nodes are left when something is vectorized.
Value RowsOfRequest(const RowsContext& c) {
  std::vector<Value> operands;
  for (size_t i = 0; i < c.operands.size(); ++i) operands.push_back(c.Repeated(i));
  return c.build.Apply(c.node.op, operands, c.node.attributes);
}

// Of sources only the stand-in for the adjoint of a CustomVjp node is copied: a random key depends on no number.
Value RowsOfSource(const RowsContext& c) {
  if (!c.operands.empty()) throw std::logic_error(fmt::format("%{} differs from row to row", c.node.name));
  return c.build.Constant(0, c.node.type.element, c.WithRows(c.node.type.shape));
}

// Reductions, and ops on the lines of an axis.
Value RowsOfReduce(const RowsContext& c) { return c.build.Apply(c.node.op, {c.operands[0]}, Shifted(c)); }

Value ForAllRows(const RowsContext& c) {
  switch (c.node.op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  case ir::Op::k##name:                                                     \
    return NNC_ROWS_##klass(name)(c);
#define NNC_ROWS_Source(name) RowsOfSource
#define NNC_ROWS_Elementwise(name) RowsOfElementwise
#define NNC_ROWS_Reduce(name) RowsOfReduce
#define NNC_ROWS_Movement(name) RowsOfMovement
#define NNC_ROWS_Index(name) Rows##name
#define NNC_ROWS_Contraction(name) Rows##name
#define NNC_ROWS_Line(name) RowsOfReduce
#define NNC_ROWS_Loop(name) Rows##name
#define NNC_ROWS_Request(name) RowsOfRequest
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
  }
  throw std::logic_error("op out of range");
}

}  // namespace

std::vector<Value> AppendVectorized(ir::Builder& build, Value from, Value with, const std::vector<Value>& to) {
  ir::Dim rows = build.type(with).shape[0];
  auto rule = [&](const ir::Node& node, const std::vector<Value>& operands) {
    RowsContext context{node, operands, rows, build};
    Value result = ForAllRows(context);
    if (build.type(result) != context.WithRows(node.type)) {
      throw std::logic_error(fmt::format("the rule for all rows of {} gives {} where a row is {}",
                                         ir::InfoOf(node.op).mnemonic, ToString(build.type(result)),
                                         ToString(node.type)));
    }
    return result;
  };
  std::vector<Value> results = AppendCopies(build, from, with, to, rule);
  for (size_t i = 0; i < to.size(); ++i) {
    if (results[i] != to[i]) continue;  // the same in all rows
    ir::Shape shape = build.type(to[i]).shape;
    shape.insert(shape.begin(), rows);
    results[i] = build.Broadcast(to[i], shape);
  }
  return results;
}

}  // namespace nnc::passes
