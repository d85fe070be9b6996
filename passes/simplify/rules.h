// What the files of simplification rules share.
#pragma once

#include <optional>
#include <span>

#include "passes/expression.h"

namespace nnc::passes {

// The node that a rule looks at, on operands that are simplified already.
class Site {
 public:
  Site(const ir::Node& site, ir::Builder& builder, std::span<const bool> only_use)
      : node(site), build(builder), only_use_(only_use) {}

  const ir::Node& node;
  ir::Builder& build;

  ir::Element element() const { return node.type.element; }
  bool is_float() const { return IsFloat(element()); }
  size_t operands() const { return node.operands.size(); }
  Expression x(size_t i) const { return {&build, node.operands[i]}; }
  // Whether this node is all that reads operand i, so that work done there may be redone differently.
  bool OnlyUse(size_t i) const { return only_use_[i]; }

  bool Is(size_t i, ir::Op op) const { return build.function().node(node.operands[i]).op == op; }
  // The node of operand i, copied because building moves nodes.
  ir::Node Operand(size_t i) const { return build.function().node(node.operands[i]); }
  // Operand j of operand i.
  Expression Inner(size_t i, size_t j = 0) const {
    return {&build, build.function().node(node.operands[i]).operands[j]};
  }
  // The number that all elements of a value are, if it is a Constant.
  std::optional<double> Number(ir::Value value) const;
  // Whether operand i is the Constant `number`, told apart by the sign of zero.
  bool IsNumber(size_t i, double number) const;

 private:
  std::span<const bool> only_use_;
};

// The value to use in the node's place, or nullopt where the rule does not apply. It may have a shape that broadcasts
// to the node's; the driver broadcasts it. A rule that does not apply must not build.
using Simplification = std::optional<ir::Value>;

struct Rule {
  ir::Op op;
  Simplification (*apply)(const Site&);
};

// The rules of each file, tried in order.
std::span<const Rule> ArithmeticRules();
std::span<const Rule> LogicRules();
std::span<const Rule> MovementRules();
std::span<const Rule> ReductionRules();
std::span<const Rule> ContractionRules();
// For every elementwise op, after the rules above.
Simplification OperateBeforeBroadcast(const Site& site);
Simplification OperateInsideSelect(const Site& site);
Simplification OperateBeforeMovement(const Site& site);

}  // namespace nnc::passes
