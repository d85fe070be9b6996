#include "tests/passes/branches.h"

#include <cmath>
#include <optional>

namespace nnc::passes {

using ir::Op;
using ir::Tensor;

namespace {

// The comparison of two tensors that broadcast to `shape`.
Tensor Compared(Op op, const Tensor& a, const Tensor& b, const std::vector<int64_t>& shape) {
  ir::Node node;
  node.op = op;
  node.type = ir::Type(ir::Element::kBool, ir::Shape(shape.begin(), shape.end()));
  return EvaluateNode(node, {&a, &b});
}

// Where the elements are that a reduction chose.
Tensor Chosen(const ir::Node& node, const Tensor& x, Tensor y) {
  y.shape = x.shape;
  for (int64_t axis : node.attribute<std::vector<int64_t>>(ir::AttributeKey::kAxes)) y.shape[axis] = 1;
  return Compared(Op::kEq, x, y, x.shape);
}

Tensor Signs(Tensor x) {
  for (double& number : x.floats()) number = (number > 0) - (number < 0);
  return x;
}

// What `node` chose; nullopt where its value says it, or it has no choice.
std::optional<Tensor> Choice(const ir::Node& node, const std::vector<const Tensor*>& x, const Tensor& y) {
  switch (node.op) {
    case Op::kMax:
    case Op::kMin:
      return Compared(Op::kGt, *x[0], *x[1], y.shape);
    case Op::kAbs:
      return Signs(*x[0]);
    case Op::kPow:
      return Signs(*x[0]);
    case Op::kReduceMax:
    case Op::kReduceMin:
      return Chosen(node, *x[0], y);
    case Op::kMod: {
      ir::Node quotient = node;
      quotient.op = Op::kDiv;
      Tensor floors = EvaluateNode(quotient, x);
      for (double& number : floors.floats()) number = std::floor(number);
      return floors;
    }
    default:
      return std::nullopt;
  }
}

bool IsJump(const ir::Node& node) {
  return !ir::IsFloat(node.type.element) || node.op == Op::kSign || node.op == Op::kFloor || node.op == Op::kCeil ||
         node.op == Op::kRound;
}

}  // namespace

std::vector<Tensor> EvaluateBranches(const ir::Function& function, const std::vector<Tensor>& arguments,
                                     Stopped& stopped, Branches& branches) {
  std::vector<Tensor> values = arguments;
  auto record = [&](const Tensor& choice) {
    for (int64_t i = 0; i < choice.elements(); ++i) branches.push_back(choice.number(i));
  };
  for (ir::Value v{function.argument_count()}; v.index < function.size(); ++v.index) {
    const ir::Node& node = function.node(v);
    std::vector<const Tensor*> operands;
    for (ir::Value operand : node.operands) operands.push_back(&values[operand.index]);
    Tensor value = EvaluateNode(node, operands);
    if (node.op == Op::kStopGradient) value = stopped.emplace(v, value).first->second;
    if (IsJump(node)) {
      record(value);
    } else if (auto choice = Choice(node, operands, value)) {
      record(*choice);
    }
    values.push_back(std::move(value));
  }
  std::vector<Tensor> results;
  for (const ir::Result& result : function.results()) results.push_back(values[result.value.index]);
  return results;
}

}  // namespace nnc::passes
