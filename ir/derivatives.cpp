#include "ir/derivatives.h"

namespace nnc::ir {

namespace {

constexpr size_t kFirstArgument = 2;  // after the value and its adjoint

}  // namespace

CustomVjpOperands::CustomVjpOperands(const Node& node) : value(node.operands[0]), adjoint(node.operands[1]) {
  std::span<const Value> rest = std::span(node.operands).subspan(kFirstArgument);
  arguments = rest.first(rest.size() / 2);
  derivatives = rest.last(rest.size() / 2);
}

bool CarriesDerivative(const Function& function, const Node& node, size_t operand) {
  if (InfoOf(node.op).gradient == Gradient::kZero) return false;
  const Type& type = function.type(node.operands[operand]);
  bool is_empty = Product(type.shape) == Dim(0);
  if (!IsFloat(node.type.element) || !IsFloat(type.element) || is_empty) return false;
  if (node.op != Op::kCustomVjp) return true;
  return operand >= kFirstArgument && operand < kFirstArgument + CustomVjpOperands(node).arguments.size();
}

}  // namespace nnc::ir
