#include "codegen/contraction.h"

#include <map>

namespace nnc::codegen {
namespace {

using ir::Op;
using ir::Value;

bool IsSum(Op op) { return op == Op::kAdd || op == Op::kSub || op == Op::kReduceSum; }

bool IsProduct(const ir::Node& node) {
  return node.op == Op::kMul && (node.type.element == ir::Element::kF32 || node.type.element == ir::Element::kF64);
}

}  // namespace

std::set<Value> ContractedProducts(const ir::Function& function, const Kernel& kernel) {
  std::map<Value, int> uses;
  for (Value member : kernel.members) {
    for (Value operand : function.node(member).operands) ++uses[operand];
  }
  for (const Store& store : kernel.stores) ++uses[store.value];
  std::set<Value> contracted;
  for (Value member : kernel.members) {
    const ir::Node& sum = function.node(member);
    if (!IsSum(sum.op)) continue;
    for (Value operand : sum.operands) {
      const ir::Node& product = function.node(operand);
      const bool once = sum.op == Op::kReduceSum || product.type.elements() == sum.type.elements();
      if (!once || !IsProduct(product) || !kernel.Contains(operand) || uses[operand] != 1) continue;
      contracted.insert(operand);
      break;
    }
  }
  return contracted;
}

}  // namespace nnc::codegen
