#include "runtime/blame/pass_of.h"

#include "ir/graph_view.h"

namespace nnc::runtime {
namespace {

// What figures and the forward nodes of gradients are computed from. An updated parameter is where that ends: a second
// loss of the step may read it, which does not make its update part of a forward pass.
std::vector<bool> ForwardOf(const ir::Function& step) {
  std::vector<bool> forward(step.size()), updated(step.size());
  for (const ir::Result& result : step.results()) {
    (step.FindArgument(result.name) ? updated : forward)[result.value.index] = true;
  }
  for (const ir::Node& node : step.nodes()) {
    if (node.origin) forward[node.origin->forward.index] = true;
  }
  for (uint32_t i = step.size(); i-- > 0;) {
    if (!forward[i] || updated[i]) continue;
    for (const ir::Value operand : step.nodes()[i].operands) forward[operand.index] = true;
  }
  return forward;
}

std::vector<bool> AfterGradients(const ir::Function& step) {
  std::vector<ir::Value> gradients;
  for (ir::Value v{0}; v.index < step.size(); ++v.index) {
    if (step.node(v).origin) gradients.push_back(v);
  }
  return ir::ReachableFrom(step, gradients);
}

}  // namespace

Passes::Passes(const ir::Function& step)
    : step_(step), forward_(ForwardOf(step)), after_gradients_(AfterGradients(step)) {}

Pass Passes::Of(ir::Value value) const {
  const ir::Node& node = step_.node(value);
  if (node.origin) return Pass::kBackward;
  if (forward_[value.index]) return Pass::kForward;
  if (!SharesPlace(node.span)) return Pass::kUpdate;
  return after_gradients_[value.index] ? Pass::kBackward : Pass::kForward;
}

bool Passes::SharesPlace(const Span& span) const {
  for (uint32_t i = step_.argument_count(); i < step_.size(); ++i) {
    if (forward_[i] && step_.nodes()[i].span == span) return true;
  }
  return false;
}

}  // namespace nnc::runtime
