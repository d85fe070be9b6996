// Steps of training without the passes that differentiate.
#pragma once

#include <vector>

#include "ir/function.h"

namespace nnc::testing {

// `step` with each Vjp node made an argument, so that a test can say what the gradients are.
inline ir::Function FeedGradients(const ir::Function& step) {
  ir::Function fed(step.name());
  std::vector<ir::Value> moved(step.size());
  auto append = [&](uint32_t i, ir::Op op) {
    ir::Node node = step.node({i});
    if (op == ir::Op::kArgument) node.operands.clear();
    node.op = op;
    for (ir::Value& operand : node.operands) operand = moved[operand.index];
    moved[i] = fed.Append(std::move(node));
  };
  for (uint32_t i = 0; i < step.argument_count(); ++i) append(i, ir::Op::kArgument);
  for (uint32_t i = 0; i < step.size(); ++i) {
    if (step.node({i}).op == ir::Op::kVjp) append(i, ir::Op::kArgument);
  }
  for (uint32_t i = 0; i < step.size(); ++i) {
    if (!moved[i].valid()) append(i, step.node({i}).op);
  }
  for (const ir::Result& result : step.results()) fed.AddResult(result.name, moved[result.value.index]);
  return fed;
}

}  // namespace nnc::testing
