// grad, vjp, jvp, jacobian, hessian and stop_gradient.
#include <fmt/format.h>

#include "frontend/elaborate/builtins.h"
#include "frontend/elaborate/derivative_targets.h"
#include "frontend/elaborate/gradient.h"
#include "ir/derivatives.h"

namespace nnc {
namespace {

using ir::Op;

// The value that is differentiated, and which nodes it depends on.
struct Subject {
  Subject(BuiltinCall& c, ir::Value value)
      : call(c), y(value), inputs(DifferentiableInputs(c.frame.graph().function(), value)) {}

  BuiltinCall& call;
  ir::Value y;
  std::vector<bool> inputs;
};

// Whether the subject can be differentiated by a target; reports if not.
bool CanBeBy(const Subject& subject, const DerivativeTargets::Leaf& leaf) {
  BuiltinCall& call = subject.call;
  const ir::Type& type = TypeAt(call, leaf.value);
  if (!ir::IsFloat(type.element)) {
    FailAt(call, 1, DiagnosticKind::kNotDifferentiable,
           fmt::format("{}: {} has no derivative by it", leaf.name, ir::ToString(type)),
           "only floats can be differentiated by");
    return false;
  }
  if (leaf.value.index < subject.inputs.size() && subject.inputs[leaf.value.index]) return true;
  FailAt(call, 1, DiagnosticKind::kNoDependence, fmt::format("the value does not depend on {}", leaf.name),
         "`wrt` takes the value as it was when it was used, before it was given a new one");
  return false;
}

// `derivative` of the subject by each target, in the form of the targets; poison where one of them cannot be.
template <class Derivative>
Value ByEach(const Subject& subject, const DerivativeTargets& targets, Derivative derivative) {
  std::vector<Value> derivatives;
  for (const DerivativeTargets::Leaf& leaf : targets.leaves()) {
    Value part = CanBeBy(subject, leaf) ? derivative(leaf.value) : Value();
    if (part.poison()) return {};
    derivatives.push_back(part);
  }
  return targets.Form(derivatives);
}

// A tensor of y's type with all elements `number`.
Value ConstantLike(BuiltinCall& call, double number, ir::Value y) {
  const ir::Type type = TypeAt(call, y);
  return ApplyAt(call, Op::kConstant, {},
                 {{ir::AttributeKey::kValue, number},
                  {ir::AttributeKey::kElement, type.element},
                  {ir::AttributeKey::kShape, type.shape}});
}

Value Vjp(BuiltinCall& call, ir::Value y, ir::Value x, const Value& direction) {
  return ApplyAt(call, Op::kVjp, {Value::Tensor(y), Value::Tensor(x), direction});
}

Value Jacobian(const Subject& subject, ir::Value x) {
  return ApplyAt(subject.call, Op::kJacobian, {Value::Tensor(subject.y), Value::Tensor(x)});
}

// Argument 0 as a float tensor.
std::optional<ir::Value> SubjectAt(BuiltinCall& call) {
  std::optional<ir::Value> y = TensorAt(call, 0);
  if (!y || ir::IsFloat(TypeAt(call, *y).element)) return y;
  FailAt(call, 0, DiagnosticKind::kNotDifferentiable,
         fmt::format("{} has no derivative", ir::ToString(TypeAt(call, *y))));
  return std::nullopt;
}

// A direction as a tensor of `type`, a copy, as a new node moves the types of the others; `of` says whose type it is.
Value DirectionOf(BuiltinCall& call, const Value& given, ir::Type type, const std::string& of) {
  Value direction = call.elaborator.ToTensor(call.frame, call.at(2), given, type.element);
  if (direction.poison() || call.elaborator.TypeOf(call.frame, direction) == type) return direction;
  const ir::Type& actual = call.elaborator.TypeOf(call.frame, direction);
  DiagnosticKind kind =
      actual.element != type.element ? DiagnosticKind::kElementMismatch : DiagnosticKind::kShapeMismatch;
  return FailAt(call, 2, kind,
                fmt::format("`dir` must be {}, as {} is, but it is {}", ir::ToString(type), of, ir::ToString(actual)));
}

// The gradient is the adjoint of x where that of the scalar y is 1.
Value Gradient(const Subject& subject, const DerivativeTargets& targets) {
  Value one = ConstantLike(subject.call, 1, subject.y);
  return ByEach(subject, targets, [&](ir::Value x) { return Vjp(subject.call, subject.y, x, one); });
}

Value CallGrad(BuiltinCall& call) {
  auto y = WantObjective(call.elaborator, call.frame, call.at(0), call.value(0));
  // Targets come first: parameters that nothing read yet are bound by them, so that the answer is "does not depend".
  auto targets = DerivativeTargets::Of(call, call.value(1));
  return y && targets ? Gradient(Subject(call, *y), *targets) : Value();
}

Value CallVjp(BuiltinCall& call) {
  auto y = SubjectAt(call);
  auto targets = DerivativeTargets::Of(call, call.value(1));
  if (!y || !targets) return {};
  Value direction = DirectionOf(call, call.value(2), TypeAt(call, *y), "the value");
  if (direction.poison()) return {};
  return ByEach(Subject(call, *y), *targets, [&](ir::Value x) { return Vjp(call, *y, x, direction); });
}

// J v from reverse mode alone (Townsend, "A new trick for calculating Jacobian vector products", 2017): u J is linear
// in u, so its own adjoint in the direction v, by u, is J v, whatever u is.
Value CallJvp(BuiltinCall& call) {
  auto y = SubjectAt(call);
  auto targets = DerivativeTargets::Of(call, call.value(1));
  if (!y || !targets) return {};
  auto directions = targets->Matching(call, call.value(2));
  if (!directions) return {};
  Subject subject(call, *y);
  Value sum;
  for (size_t i = 0; i < targets->leaves().size(); ++i) {
    const DerivativeTargets::Leaf& leaf = targets->leaves()[i];
    Value direction = DirectionOf(call, (*directions)[i], TypeAt(call, leaf.value), leaf.name);
    if (direction.poison() || !CanBeBy(subject, leaf)) return {};
    Value u = ConstantLike(call, 0, *y);
    Value adjoint = Vjp(call, *y, leaf.value, u);
    Value share = Vjp(call, *adjoint.AsTensor(), *u.AsTensor(), direction);
    sum = i == 0 ? share : ApplyAt(call, Op::kAdd, {sum, share});
  }
  return sum;
}

Value CallJacobian(BuiltinCall& call) {
  auto y = SubjectAt(call);
  auto targets = DerivativeTargets::Of(call, call.value(1));
  if (!y || !targets) return {};
  Subject subject(call, *y);
  return ByEach(subject, *targets, [&](ir::Value x) { return Jacobian(subject, x); });
}

// The Jacobian of the gradient: by a tuple, a tuple of tuples.
Value CallHessian(BuiltinCall& call) {
  auto y = WantObjective(call.elaborator, call.frame, call.at(0), call.value(0));
  auto targets = DerivativeTargets::Of(call, call.value(1));
  if (!y || !targets) return {};
  Value one = ConstantLike(call, 1, *y);
  return ByEach(Subject(call, *y), *targets, [&](ir::Value x) {
    Value gradient = Vjp(call, *y, x, one);
    Subject row(call, *gradient.AsTensor());
    return ByEach(row, *targets, [&](ir::Value by) { return Jacobian(row, by); });
  });
}

Value CallStopGradient(BuiltinCall& call) { return ApplyAt(call, Op::kStopGradient, {call.value(0)}); }

}  // namespace

std::vector<bool> DifferentiableInputs(const ir::Function& function, ir::Value y) {
  std::vector<bool> reached(function.size(), false);
  reached[y.index] = true;
  for (uint32_t i = y.index + 1; i-- > 0;) {
    const ir::Node& node = function.node({i});
    for (size_t k = 0; reached[i] && k < node.operands.size(); ++k) {
      if (CarriesDerivative(function, node, k)) reached[node.operands[k].index] = true;
    }
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
  const BuiltinParam y{"y"}, wrt{"wrt", true, true}, dir{"dir", true, true};
  return {{"grad", {y, wrt}, CallGrad},       {"vjp", {y, wrt, dir}, CallVjp},
          {"jvp", {y, wrt, dir}, CallJvp},    {"jacobian", {y, wrt}, CallJacobian},
          {"hessian", {y, wrt}, CallHessian}, {"stop_gradient", {{"x"}}, CallStopGradient}};
}

}  // namespace nnc
