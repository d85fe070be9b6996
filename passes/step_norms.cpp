#include "passes/step_norms.h"

#include <algorithm>
#include <optional>

#include "ir/builder.h"
#include "ir/graph_view.h"
#include "passes/extract.h"

namespace nnc::passes {
namespace {

ir::Value Norm(ir::Builder& build, ir::Value x) {
  x = build.Cast(x, ir::Element::kF32);
  return build.Sqrt(build.ReduceAll(ir::Op::kReduceSum, build.Mul(x, x)));
}

// The last derivative by `parameter` that `updated` is computed from: those before it are parts of a loss.
std::optional<ir::Value> GradientBehind(const ir::Function& step, ir::Value updated, ir::Value parameter) {
  const std::vector<bool> needed = ir::Reaching(step, {updated});
  for (ir::Value v = updated; v.index >= step.argument_count(); --v.index) {
    const ir::Node& node = step.node(v);
    if (needed[v.index] && node.op == ir::Op::kVjp && node.operands[1] == parameter) return v;
  }
  return std::nullopt;
}

}  // namespace

ir::Function StepNorms(const ir::Function& step, const std::vector<std::string>& parameters) {
  ir::Function work = step;
  ir::Builder build(work);
  std::vector<ir::Result> norms;
  for (const ir::Result& result : step.results()) {
    const std::optional<ir::Value> parameter = step.FindArgument(result.name);
    if (!parameter || std::ranges::count(parameters, result.name) == 0) continue;
    const std::optional<ir::Value> gradient = GradientBehind(step, result.value, *parameter);
    if (!gradient) continue;
    norms.push_back({result.name + kGradientSuffix, Norm(build, *gradient)});
    norms.push_back({result.name + kUpdateSuffix, Norm(build, build.Sub(result.value, *parameter))});
  }
  return Extract(work, step.name() + ".norms", norms);
}

}  // namespace nnc::passes
