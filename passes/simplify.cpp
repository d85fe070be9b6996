#include "passes/simplify.h"

#include <bit>
#include <memory>

#include "passes/rewriter.h"
#include "passes/simplify/rules.h"

namespace nnc::passes {

using ir::Value;

std::optional<double> Site::Number(Value value) const {
  const ir::Node& def = build.function().node(value);
  if (def.op != ir::Op::kConstant) return std::nullopt;
  return def.attribute<double>(ir::AttributeKey::kValue);
}

bool Site::IsNumber(size_t i, double number) const {
  auto known = Number(node.operands[i]);
  return known && std::bit_cast<uint64_t>(*known) == std::bit_cast<uint64_t>(number);
}

namespace {

using Table = std::vector<std::vector<Simplification (*)(const Site&)>>;  // by op

Table MakeTable() {
  Table table(ir::AllOps().size());
  for (auto rules : {ArithmeticRules(), LogicRules(), MovementRules(), ReductionRules(), ContractionRules()}) {
    for (const Rule& rule : rules) table[static_cast<size_t>(rule.op)].push_back(rule.apply);
  }
  for (ir::Op op : ir::AllOps()) {
    if (!IsElementwise(op)) continue;
    table[static_cast<size_t>(op)].push_back(OperateBeforeBroadcast);
    if (op != ir::Op::kSelect) table[static_cast<size_t>(op)].push_back(OperateInsideSelect);
    table[static_cast<size_t>(op)].push_back(OperateBeforeMovement);
  }
  return table;
}

Simplification ApplyFirst(const Site& site) {
  static const Table table = MakeTable();
  for (auto apply : table[static_cast<size_t>(site.node.op)]) {
    if (Simplification result = apply(site)) return site.build.Broadcast(*result, site.node.type.shape);
  }
  return std::nullopt;
}

}  // namespace

ir::Function Simplify(const ir::Function& function) {
  Rewriter rewriter(function);
  std::vector<uint32_t> uses = ir::UseCounts(function);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    ir::Node node = rewriter.Begin(v);
    size_t operands = node.operands.size();
    auto only_use = std::make_unique<bool[]>(operands);
    for (size_t i = 0; i < operands; ++i) only_use[i] = uses[function.node(v).operands[i].index] == 1;
    if (auto simpler = ApplyFirst(Site(node, rewriter.build(), {only_use.get(), operands}))) {
      rewriter.Replace(v, *simpler);
    } else {
      rewriter.Copy(v);
    }
  }
  return rewriter.Finish();
}

}  // namespace nnc::passes
