#include "codegen/split_reductions.h"

#include <algorithm>

#include "codegen/index_map.h"

namespace nnc::codegen {
namespace {

using ir::AttributeKey;
using ir::Op;
using ir::Value;

bool FoldsByAxes(const ir::Node& node) {
  return ir::InfoOf(node.op).op_class == ir::OpClass::kReduce && node.op != Op::kArgMax;
}

// For each value, whether it is computed from a reduction over the last axis of its shape by elementwise ops.
std::vector<bool> NeedRows(const ir::Function& function) {
  std::vector<bool> need(function.size(), false);
  for (uint32_t i = 0; i < function.size(); ++i) {
    const ir::Node& n = function.node(Value{i});
    if (FoldsByAxes(n)) {
      const std::vector<int64_t> axes = FoldedAxes(n);
      const int64_t rank = function.type(n.operands[0]).rank();
      need[i] = axes == std::vector<int64_t>{rank - 1} && n.attribute<bool>(AttributeKey::kKeepdims);
    } else if (ir::IsElementwise(n.op)) {
      need[i] = std::ranges::any_of(n.operands, [&](Value operand) {
        return need[operand.index] && function.type(operand).rank() == n.type.rank();
      });
    }
  }
  return need;
}

bool IsSplit(const ir::Function& function, const ir::Node& node, const std::vector<bool>& need) {
  if (!FoldsByAxes(node) || !need[node.operands[0].index]) return false;
  const std::vector<int64_t> axes = FoldedAxes(node);
  return axes.size() > 1 && axes.back() == function.type(node.operands[0]).rank() - 1;
}

// Adds `reduce` of `operand` over the last of its axes, with the other axes left to fold.
Value FoldLast(ir::Function& to, const ir::Node& reduce, Value operand) {
  ir::Node row = reduce;
  row.operands = {operand};
  row.name += ".row";
  row.type = to.type(operand);
  const std::vector<int64_t> last = {row.type.rank() - 1};
  row.type.shape.pop_back();
  if (reduce.attribute<bool>(AttributeKey::kKeepdims)) row.type.shape.emplace_back(1);
  row.attributes.Set(AttributeKey::kAxes, last);
  return to.Append(std::move(row));
}

}  // namespace

ir::Function SplitReductions(const ir::Function& function) {
  const std::vector<bool> need = NeedRows(function);
  ir::Function to(function.name());
  to.span = function.span;
  std::vector<Value> moved;
  for (const ir::Node& old : function.nodes()) {
    ir::Node n = old;
    for (Value& operand : n.operands) operand = moved[operand.index];
    if (n.origin) n.origin->forward = moved[n.origin->forward.index];
    if (const ir::Attribute* body = n.attributes.Find(AttributeKey::kBody)) {
      ir::Function split = SplitReductions(*std::get<ir::Body>(*body).function);
      n.attributes.Set(AttributeKey::kBody, ir::Body{std::make_shared<const ir::Function>(std::move(split))});
    }
    if (IsSplit(function, old, need)) {
      n.operands[0] = FoldLast(to, n, n.operands[0]);
      std::vector<int64_t> rest = FoldedAxes(old);
      rest.pop_back();
      n.attributes.Set(AttributeKey::kAxes, rest);
    }
    moved.push_back(to.Append(std::move(n)));
  }
  for (const ir::Result& result : function.results()) to.AddResult(result.name, moved[result.value.index]);
  return to;
}

}  // namespace nnc::codegen
