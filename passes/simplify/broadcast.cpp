// Elementwise ops broadcast by themselves, and cost less before a broadcast than after it.
#include <algorithm>

#include "ir/type_rules.h"
#include "passes/simplify/rules.h"

namespace nnc::passes {

namespace {

using ir::Op;
using ir::Type;
using ir::Value;

// The type of operand i before it is broadcast. A constant is a broadcast scalar.
Type SourceType(const Site& s, size_t i) {
  if (s.Is(i, Op::kBroadcast)) return s.Inner(i).type();
  if (s.Is(i, Op::kConstant)) return Type(s.x(i).type().element);
  return s.x(i).type();
}

Value Source(const Site& s, size_t i) {
  if (s.Is(i, Op::kBroadcast)) return s.Inner(i);
  if (s.Is(i, Op::kConstant) && !s.x(i).type().is_scalar()) return s.x(i).Number(*s.Number(s.x(i)));
  return s.x(i);
}

// Whether the operands `chosen` can be taken before their broadcast: the result still broadcasts to the node's shape.
bool CanTakeSources(const Site& s, const std::vector<bool>& chosen) {
  std::vector<Type> types;
  bool any = false;
  for (size_t i = 0; i < s.operands(); ++i) {
    types.push_back(chosen[i] ? SourceType(s, i) : s.x(i).type());
    any = any || types[i] != s.x(i).type();
  }
  auto shape = any ? BroadcastShapes(types, "") : ir::TypeError{};
  if (!std::holds_alternative<ir::Shape>(shape)) return false;
  const Type ends[] = {Type(s.element(), std::get<ir::Shape>(shape)), s.node.type};
  auto reached = BroadcastShapes(ends, "");
  return std::holds_alternative<ir::Shape>(reached) && std::get<ir::Shape>(reached) == s.node.type.shape;
}

}  // namespace

// op(broadcast x, broadcast y) is broadcast op(x, y), and op(broadcast x, y) is op(x, y) where y has the whole shape.
// Strict broadcasting may allow this for one operand but not for all.
Simplification OperateBeforeBroadcast(const Site& s) {
  std::vector<std::vector<bool>> choices = {std::vector<bool>(s.operands(), true)};
  for (size_t i = 0; i < s.operands(); ++i) {
    choices.emplace_back(s.operands()).at(i) = true;
  }
  auto choice =
      std::find_if(choices.begin(), choices.end(), [&](const auto& chosen) { return CanTakeSources(s, chosen); });
  if (choice == choices.end()) return std::nullopt;
  std::vector<Value> operands;
  for (size_t i = 0; i < s.operands(); ++i) operands.push_back((*choice)[i] ? Source(s, i) : s.x(i).value);
  return s.build.Apply(s.node.op, std::move(operands), s.node.attributes);
}

// op(select(c, k1, k2), k3) is select(c, op(k1, k3), op(k2, k3)) for constants k, whose arithmetic the next folding
// does.
Simplification OperateInsideSelect(const Site& s) {
  std::optional<size_t> select;
  for (size_t i = 0; i < s.operands(); ++i) {
    if (s.Is(i, Op::kConstant)) continue;
    if (select || !s.Is(i, Op::kSelect)) return std::nullopt;
    select = i;
  }
  if (!select || !s.Number(s.Inner(*select, 1)) || !s.Number(s.Inner(*select, 2))) return std::nullopt;
  Expression condition = s.Inner(*select);
  Expression branches[2];
  for (size_t branch = 0; branch < 2; ++branch) {
    std::vector<Value> operands = s.node.operands;
    operands[*select] = s.Inner(*select, 1 + branch);
    branches[branch] = {&s.build, s.build.Apply(s.node.op, std::move(operands), s.node.attributes)};
  }
  return Select(condition, branches[0], branches[1]);
}

}  // namespace nnc::passes
