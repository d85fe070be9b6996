#include "passes/substitute.h"

#include <algorithm>

#include "ir/derivatives.h"
#include "ir/graph_view.h"

namespace nnc::passes {

using ir::Value;

namespace {

// For each value, whether it must be copied where another value stands for `from`. A CustomVjp node among them needs
// its own derivatives, which depend on its adjoint, copied too; so the search goes on until no node is added.
std::vector<bool> DependingOn(const ir::Function& function, Value from) {
  std::vector<bool> depends(function.size());
  depends[from.index] = true;
  for (bool grows = true; grows;) {
    grows = false;
    for (uint32_t i = 0; i < function.size(); ++i) {
      const ir::Node& node = function.node(Value{i});
      for (Value operand : node.operands) depends[i] = depends[i] || depends[operand.index];
      if (!depends[i] || node.op != ir::Op::kCustomVjp) continue;
      uint32_t adjoint = ir::CustomVjpOperands(node).adjoint.index;
      grows |= !depends[adjoint];
      depends[adjoint] = true;
    }
  }
  return depends;
}

}  // namespace

std::vector<Value> AppendCopies(ir::Builder& build, Value from, Value with, const std::vector<Value>& to,
                                const CopyRule& rule) {
  ir::Function& function = build.function();
  std::vector<bool> copied = DependingOn(function, from), needed = Reaching(function, to);
  std::vector<Value> copies(function.size());
  for (uint32_t i = 0; i < copies.size(); ++i) copies[i] = Value{i};
  copies[from.index] = with;

  Span span = build.span;
  std::optional<ir::Origin> origin = build.origin;
  std::string part = build.part;
  for (uint32_t i = 0; i < copies.size(); ++i) {
    if (!copied[i] || !needed[i] || i == from.index) continue;
    const ir::Node node = function.node(Value{i});  // a copy: the function grows
    std::vector<Value> operands;
    for (Value operand : node.operands) operands.push_back(copies[operand.index]);
    build.span = node.span;
    build.part = node.part;
    build.origin = node.origin ? node.origin : origin;
    copies[i] = rule(node, operands);
  }
  build.span = span;
  build.origin = origin;
  build.part = part;

  std::vector<Value> results;
  for (Value value : to) results.push_back(copies[value.index]);
  return results;
}

std::vector<Value> AppendSubstituted(ir::Builder& build, Value from, Value with, const std::vector<Value>& to) {
  return AppendCopies(build, from, with, to, [&](const ir::Node& node, const std::vector<Value>& operands) {
    bool is_adjoint = operands.empty();
    return is_adjoint ? build.Constant(0, node.type.element, node.type.shape)
                      : build.Apply(node.op, operands, node.attributes);
  });
}

}  // namespace nnc::passes
