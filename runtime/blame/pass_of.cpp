#include "runtime/blame/pass_of.h"

#include "ir/graph_view.h"

namespace nnc::runtime {
namespace {

std::vector<ir::Value> FiguresOf(const ir::Function& step) {
  std::vector<ir::Value> figures;
  for (const ir::Result& result : step.results()) {
    if (!step.FindArgument(result.name)) figures.push_back(result.value);
  }
  return figures;
}

}  // namespace

Passes::Passes(const ir::Function& step) : step_(step), forward_(ir::Reaching(step, FiguresOf(step))) {}

Pass Passes::Of(ir::Value value) const {
  const ir::Node& node = step_.node(value);
  if (node.origin) return Pass::kBackward;
  if (forward_[value.index]) return Pass::kForward;
  for (uint32_t i = 0; i < step_.size(); ++i) {
    if (forward_[i] && step_.nodes()[i].op != ir::Op::kArgument && step_.nodes()[i].span == node.span) {
      return Pass::kBackward;
    }
  }
  return Pass::kUpdate;
}

}  // namespace nnc::runtime
