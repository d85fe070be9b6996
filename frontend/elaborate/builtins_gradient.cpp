// grad(y, wrt: x) and stop_gradient(x).
#include <fmt/format.h>

#include "frontend/elaborate/builtins.h"
#include "frontend/elaborate/gradient.h"
#include "frontend/elaborate/parameter_set.h"

namespace nnc {
namespace {

using ir::Op;

// One derivative request: `y`, and which nodes it depends on.
struct Request {
  BuiltinCall& call;
  ir::Value y;
  std::vector<bool> inputs;
};

Value GradOf(Request& request, ir::Value x, const std::string& name) {
  BuiltinCall& call = request.call;
  const ir::Type type = TypeAt(call, x);
  if (!ir::IsFloat(type.element)) {
    return FailAt(call, 1, DiagnosticKind::kNotDifferentiable,
                  fmt::format("{}: {} has no derivative by it", name, ir::ToString(type)),
                  "only floats can be differentiated by");
  }
  if (x.index >= request.inputs.size() || !request.inputs[x.index]) {
    return FailAt(call, 1, DiagnosticKind::kNoDependence, fmt::format("the value does not depend on {}", name),
                  "`wrt` takes the value as it was when it was used, before it was given a new one");
  }
  return ApplyAt(call, Op::kGrad, {Value::Tensor(request.y), Value::Tensor(x)});
}

Value GradOfSet(Request& request, const ParameterSet& set) {
  BuiltinCall& call = request.call;
  ParameterSet gradients;
  for (const ParameterSet::Entry& entry : set.entries) {
    Value x = entry.value.valid() ? Value::Tensor(entry.value)
                                  : call.elaborator.ReadParameter(call.frame, call.at(1), entry.parameter);
    Value gradient = x.poison() ? x : GradOf(request, *x.AsTensor(), fmt::format("`{}`", entry.parameter->name));
    if (gradient.poison()) return {};
    gradients.entries.push_back({entry.parameter, *gradient.AsTensor()});
  }
  return Value::Set(std::move(gradients));
}

Value GradByTarget(Request& request, const Value& target) {
  BuiltinCall& call = request.call;
  if (const ParameterSet* set = target.AsSet()) return GradOfSet(request, *set);
  if (target.AsInstance()) return GradOfSet(request, *TrainedParameters(target).AsSet());
  if (const std::vector<Value>* parts = target.AsTuple()) {
    std::vector<Value> gradients;
    for (const Value& part : *parts) gradients.push_back(GradByTarget(request, part));
    return Value::Tuple(std::move(gradients));
  }
  const ParameterPtr* parameter = target.As<ParameterPtr>();
  Value tensor = parameter ? call.elaborator.ReadParameter(call.frame, call.at(1), *parameter) : target;
  if (tensor.poison()) return tensor;
  if (const ir::Value* x = tensor.AsTensor())
    return GradOf(request, *x, parameter ? fmt::format("`{}`", (*parameter)->name) : "`wrt`");
  return FailAt(call, 1, DiagnosticKind::kTypeMismatch,
                fmt::format("`wrt` needs a tensor, a parameter or `net.params`, got {}",
                            call.elaborator.Describe(call.frame, target)));
}

Value CallGrad(BuiltinCall& call) {
  auto y = WantObjective(call.elaborator, call.frame, call.at(0), call.value(0));
  if (!y) return {};
  // Parameters that nothing read yet are bound here, so that they are nodes and the answer is "does not depend".
  Request request{call, *y, DifferentiableInputs(call.frame.graph().function(), *y)};
  return GradByTarget(request, call.value(1));
}

Value CallStopGradient(BuiltinCall& call) { return ApplyAt(call, Op::kStopGradient, {call.value(0)}); }

}  // namespace

std::vector<bool> DifferentiableInputs(const ir::Function& function, ir::Value y) {
  std::vector<bool> reached(function.size(), false);
  reached[y.index] = true;
  for (uint32_t i = y.index + 1; i-- > 0;) {
    const ir::Node& node = function.node({i});
    if (!reached[i] || ir::InfoOf(node.op).gradient == ir::Gradient::kZero) continue;
    for (ir::Value operand : node.operands) reached[operand.index] = true;
  }
  return reached;
}

std::optional<ir::Value> WantObjective(Elaborator& elaborator, Frame& frame, Span span, const Value& y) {
  Value tensor = elaborator.ToTensor(frame, span, y);
  const ir::Value* value = tensor.AsTensor();
  if (!value) return std::nullopt;
  const ir::Type& type = elaborator.TypeOf(frame, tensor);
  if (!type.is_scalar()) {
    elaborator
        .Report(frame, DiagnosticKind::kNotScalar, span,
                fmt::format("a derivative is taken of a scalar, not of {}", ir::ToString(type)))
        .Help("reduce it first: sum(y) or mean(y)");
    return std::nullopt;
  }
  if (!ir::IsFloat(type.element)) {
    elaborator.Report(frame, DiagnosticKind::kNotDifferentiable, span,
                      fmt::format("{} has no derivative", ir::ToString(type)));
    return std::nullopt;
  }
  return *value;
}

std::vector<Builtin> GradientBuiltins() {
  return {{"grad", {{"y"}, {"wrt", true, true}}, CallGrad}, {"stop_gradient", {{"x"}}, CallStopGradient}};
}

}  // namespace nnc
