#include "driver/adjoint_graph.h"

#include <fmt/format.h>

#include "ir/builder.h"
#include "ir/derivatives.h"
#include "ir/graph_view.h"
#include "passes/pipeline.h"

namespace nnc::driver {
namespace {

// Whether the adjoint of an operand is asked for where that of the node is. What a request for a derivative does with
// its operands shows when it is answered; an adjoint that turns out to be zero does no harm.
bool PassesOn(const ir::Function& function, const ir::Node& node, size_t operand) {
  const ir::Type& type = function.type(node.operands[operand]);
  if (ir::InfoOf(node.op).gradient == ir::Gradient::kNever) return !type.is_tuple() && ir::IsFloat(type.element);
  return ir::CarriesDerivative(function, node, operand);
}

// The values, in order, that pass a derivative on from `y` and depend on an argument.
std::vector<ir::Value> OnTheWay(const ir::Function& function, ir::Value y) {
  std::vector<ir::Value> arguments, found;
  for (uint32_t i = 0; i < function.argument_count(); ++i) arguments.push_back(ir::Value{i});
  std::vector<bool> varies = ir::ReachableFrom(function, arguments), asked(function.size());
  asked[y.index] = true;
  for (uint32_t v = function.size(); v-- > 0;) {
    const ir::Node& node = function.node(ir::Value{v});
    if (!asked[v]) continue;
    for (size_t i = 0; i < node.operands.size(); ++i) {
      if (PassesOn(function, node, i)) asked[node.operands[i].index] = true;
    }
  }
  for (uint32_t v = 0; v < function.size(); ++v) {
    const ir::Type& type = function.type(ir::Value{v});
    if (asked[v] && varies[v] && !type.is_tuple() && ir::IsFloat(type.element)) found.push_back(ir::Value{v});
  }
  return found;
}

}  // namespace

AdjointGraph WithAdjoints(const ir::Function& loss) {
  ir::Value y = loss.results()[0].value;
  ir::Function asked(loss.name());
  asked.span = loss.span;
  for (const ir::Node& node : loss.nodes()) asked.Append(node);
  ir::Builder build(asked);
  ir::Value one = build.ConstantLike(1, y);
  asked.AddResult(loss.results()[0].name, y);
  for (ir::Value x : OnTheWay(loss, y)) {
    asked.AddResult(fmt::format("value {}", x.index), x);
    asked.AddResult(fmt::format("adjoint {}", x.index), build.Vjp(y, x, one));
  }
  AdjointGraph graph{.function = passes::ExpandGradients(asked), .loss = {}, .adjoints = {}};
  const std::vector<ir::Result>& results = graph.function.results();
  graph.loss = results[0].value;
  for (size_t i = 1; i < results.size(); i += 2) graph.adjoints.push_back({results[i].value, results[i + 1].value});
  return graph;
}

}  // namespace nnc::driver
