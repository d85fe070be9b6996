#include "frontend/lint/patterns.h"

namespace nnc::lint {

using ir::Function;
using ir::Node;
using ir::Op;
using ir::Value;

bool Moves(Op op) {
  return ir::InfoOf(op).op_class == ir::OpClass::kMovement || op == Op::kCast || op == Op::kStopGradient;
}

Value MovedFrom(const Function& function, Value value) {
  while (Moves(function.node(value).op)) value = function.node(value).operands[0];
  return value;
}

namespace {

// The operand of a node with this op, behind ops that only move the node's value.
std::optional<Value> OperandOf(const Function& function, Value value, Op op) {
  const Node& node = function.node(MovedFrom(function, value));
  if (node.op != op) return std::nullopt;
  return node.operands[0];
}

}  // namespace

bool IsSoftmax(const Function& function, Value value) {
  const Node& quotient = function.node(value);
  if (quotient.op != Op::kDiv || function.node(quotient.operands[0]).op != Op::kExp) return false;
  return OperandOf(function, quotient.operands[1], Op::kReduceSum) == quotient.operands[0];
}

std::optional<Value> LogSoftmaxOperand(const Function& function, Value value) {
  const Node& difference = function.node(value);
  if (difference.op != Op::kSub) return std::nullopt;
  Value shifted = difference.operands[0];
  std::optional<Value> total = OperandOf(function, difference.operands[1], Op::kLog);
  if (total) total = OperandOf(function, *total, Op::kReduceSum);
  if (total) total = OperandOf(function, *total, Op::kExp);
  if (total != shifted || function.node(shifted).op != Op::kSub) return std::nullopt;
  const Node& shift = function.node(shifted);
  if (OperandOf(function, shift.operands[1], Op::kReduceMax) != shift.operands[0]) return std::nullopt;
  return shift.operands[0];
}

std::optional<ClassComparison> FindClassComparison(const Function& function, Value value) {
  const Node& node = function.node(value);
  if (node.op != Op::kEq || node.type.is_scalar() || !node.type.shape.back().is_constant()) return std::nullopt;
  for (size_t i : {0, 1}) {
    Value numbers = MovedFrom(function, node.operands[i]);
    Value labels = MovedFrom(function, node.operands[1 - i]);
    if (function.node(numbers).op != Op::kIota || function.node(labels).op == Op::kIota) continue;
    if (!function.type(node.operands[1 - i]).shape.empty() &&
        function.type(node.operands[1 - i]).shape.back() != ir::Dim(1)) {
      continue;  // not one label against all numbers
    }
    return ClassComparison{labels, node.type.shape.back().value()};
  }
  return std::nullopt;
}

}  // namespace nnc::lint
