#include "passes/cse.h"

#include <algorithm>
#include <unordered_map>

#include "passes/rewriter.h"

namespace nnc::passes {

namespace {

// Swapping the operands gives the same bits. Max and Min are not here: they may differ in the sign of zero.
bool IsCommutative(ir::Op op) {
  using ir::Op;
  return op == Op::kAdd || op == Op::kMul || op == Op::kEq || op == Op::kNe || op == Op::kAnd || op == Op::kOr;
}

// What two nodes must have in common to compute the same value.
struct Key {
  ir::Op op;
  std::vector<ir::Value> operands;
  ir::Attributes attributes;
  bool operator==(const Key&) const = default;
};

Key KeyOf(ir::Node node) {
  if (IsCommutative(node.op)) std::sort(node.operands.begin(), node.operands.end());
  return {node.op, std::move(node.operands), std::move(node.attributes)};
}

// Other attributes than a constant's number seldom tell apart what op and operands do not; they are left to the
// comparison.
struct Hash {
  size_t operator()(const Key& key) const {
    const ir::Attribute* number = key.attributes.Find(ir::AttributeKey::kValue);
    size_t hash = static_cast<size_t>(key.op) + (number ? std::hash<double>()(std::get<double>(*number)) : 0);
    for (ir::Value operand : key.operands) hash = hash * 1'000'003 + operand.index;
    return hash;
  }
};

}  // namespace

ir::Function EliminateCommonSubexpressions(const ir::Function& function) {
  Rewriter rewriter(function);
  std::unordered_map<Key, ir::Value, Hash> first;
  for (ir::Value v{0}; v.index < function.size(); ++v.index) {
    if (v.index < function.argument_count()) {
      rewriter.Copy(v);
      continue;
    }
    auto [found, is_new] = first.try_emplace(KeyOf(rewriter.Begin(v)));
    if (is_new) {
      rewriter.Copy(v);
      found->second = rewriter.Mapped(v);
    } else {
      rewriter.Replace(v, found->second);
    }
  }
  return rewriter.Finish();
}

}  // namespace nnc::passes
