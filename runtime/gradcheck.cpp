#include "runtime/gradcheck.h"

#include <algorithm>
#include <cmath>

#include "ir/builder.h"
#include "ir/graph_view.h"

namespace nnc::runtime {
namespace {

using ir::Tensor;
using ir::Value;

// The step of central differences: near the cube root of the f64 epsilon, at which truncation and rounding errors
// balance (Press et al., Numerical Recipes, section 5.7).
constexpr double kStep = 1e-5;
constexpr double kRelativeTolerance = 1e-5, kAbsoluteTolerance = 1e-7;
// Quotients to both sides that differ by more than this, relatively, make a kink: a curvature that does so within a
// step would be a thousand times the slope.
constexpr double kJump = 1e-2;

// f32 in place of bf16, which the evaluator would round after each op.
ir::Node Unrounded(ir::Node node) {
  auto widen = [](ir::Element& element) {
    if (element == ir::Element::kBF16) element = ir::Element::kF32;
  };
  widen(node.type.element);
  if (const ir::Attribute* attribute = node.attributes.Find(ir::AttributeKey::kElement)) {
    auto element = std::get<ir::Element>(*attribute);
    widen(element);
    node.attributes.Set(ir::AttributeKey::kElement, element);
  }
  return node;
}

// A copy of `function` without rounding, in which each of `cut` is an argument, after the others.
ir::Function CutAt(const ir::Function& function, const std::vector<Value>& cut) {
  ir::Function result(function.name());
  std::vector<Value> renumbered(function.size());
  uint32_t arguments = function.argument_count();
  for (uint32_t i = 0; i < arguments; ++i) renumbered[i] = result.Append(Unrounded(function.node(Value{i})));
  for (Value v : cut) {
    ir::Node argument = Unrounded(function.node(v));
    argument.op = ir::Op::kArgument;
    argument.operands.clear();
    argument.attributes = {};
    renumbered[v.index] = result.Append(std::move(argument));
  }
  for (uint32_t i = arguments; i < function.size(); ++i) {
    if (renumbered[i].valid()) continue;
    ir::Node node = Unrounded(function.node(Value{i}));
    for (Value& operand : node.operands) operand = renumbered[operand.index];
    renumbered[i] = result.Append(std::move(node));
  }
  for (const ir::Result& r : function.results()) result.AddResult(r.name, renumbered[r.value.index]);
  return result;
}

std::vector<Tensor> EvaluateAll(const ir::Function& function, const std::vector<Tensor>& arguments) {
  std::vector<Tensor> values(function.size());
  ir::Evaluate(function, arguments, [&](Value v, const Tensor& value) { values[v.index] = value; });
  return values;
}

struct Difference {
  double value = 0;              // of the function at the place
  double before = 0, after = 0;  // difference quotients to each side
  double central() const { return (before + after) / 2; }
};

Difference Differentiate(const ir::Function& function, std::vector<Tensor>& arguments, uint32_t argument,
                         int64_t index) {
  double& x = arguments[argument].floats()[static_cast<size_t>(index)];
  auto value = [&] { return ir::Evaluate(function, arguments)[0].floats()[0]; };
  double at = x, step = kStep * std::max(1.0, std::abs(at));
  Difference difference;
  difference.value = value();
  x = at + step;
  difference.after = (value() - difference.value) / step;
  x = at - step;
  difference.before = (difference.value - value()) / step;
  x = at;
  return difference;
}

enum class Agreement { kSame, kKink, kDifferent };

Agreement Compare(double by_rule, const Difference& difference) {
  double central = difference.central();
  double tolerance = kRelativeTolerance * std::max(std::abs(by_rule), std::abs(central)) +
                     kAbsoluteTolerance * std::max(1.0, std::abs(difference.value));
  auto [low, high] = std::minmax(difference.before, difference.after);
  bool jumps = high - low > kJump * std::max({1.0, std::abs(low), std::abs(high)});
  if (!jumps && std::abs(by_rule - central) <= tolerance) return Agreement::kSame;
  bool within_jump = by_rule >= low - tolerance && by_rule <= high + tolerance;
  return within_jump ? Agreement::kKink : Agreement::kDifferent;
}

// At most `samples` element numbers, evenly spaced.
std::vector<int64_t> Sample(int64_t elements, int64_t samples) {
  std::vector<int64_t> indices;
  int64_t count = std::min(elements, samples);
  for (int64_t i = 0; i < count; ++i) indices.push_back(i * elements / count);
  return indices;
}

// Cosines of 0, 1, 2 ...: a sum weighted by them shows an element in the wrong place.
Value WeightedSum(ir::Builder& build, Value x) {
  const ir::Type type = build.type(x);
  Value numbers = build.Cast(build.Iota({ir::Product(type.shape)}, 0), type.element);
  return build.ReduceAll(ir::Op::kReduceSum, build.Mul(x, build.Reshape(build.Cos(numbers), type.shape)));
}

class GradientChecker {
 public:
  GradientChecker(const ir::Function& function, const std::vector<Tensor>& arguments, int64_t samples,
                  const Differentiator& differentiate)
      : samples_(samples),
        differentiate_(differentiate),
        arguments_(arguments),
        own_arguments_(function.argument_count()) {
    std::vector<Value> stops;
    std::vector<Tensor> values = EvaluateAll(function, arguments);
    for (uint32_t i = 0; i < function.size(); ++i) {
      if (function.node(Value{i}).op != ir::Op::kStopGradient) continue;
      stops.push_back(Value{i});
      arguments_.push_back(values[i]);
    }
    for (uint32_t i = 0; i < own_arguments_; ++i) types_.push_back(function.type(Value{i}));
    function_ = CutAt(function, stops);
    for (uint32_t i = 0; i < function_.argument_count(); ++i) {
      arguments_[i].element = function_.type(Value{i}).element;
    }
    DifferentiateByRule();
  }

  std::vector<GradientCheck> Run() {
    std::vector<GradientCheck> checks;
    for (uint32_t i = 0; i < own_arguments_; ++i) {
      if (IsFloat(function_.type(Value{i}).element)) checks.push_back(Check(i));
    }
    return checks;
  }

 private:
  Value y() const { return function_.results()[0].value; }

  // The derivatives of y with respect to every float argument.
  void DifferentiateByRule() {
    std::vector<Value> wrt;
    for (uint32_t i = 0; i < function_.argument_count(); ++i) {
      if (IsFloat(function_.type(Value{i}).element)) wrt.push_back(Value{i});
    }
    ir::Function with_gradients = function_;
    std::vector<Value> gradients = differentiate_(with_gradients, y(), wrt);
    std::vector<Tensor> values = EvaluateAll(with_gradients, arguments_);
    by_rule_.resize(function_.argument_count());
    for (size_t i = 0; i < wrt.size(); ++i) by_rule_[wrt[i].index] = values[gradients[i].index];
  }

  GradientCheck Check(uint32_t argument) {
    const ir::Node& node = function_.node(Value{argument});
    GradientCheck check{.argument = node.name, .type = types_[argument], .mismatch = {}};
    for (int64_t index : Sample(arguments_[argument].elements(), samples_)) {
      double by_rule = by_rule_[argument].floats()[static_cast<size_t>(index)];
      Difference difference = Differentiate(function_, arguments_, argument, index);
      Agreement agreement = Compare(by_rule, difference);
      ++check.checked;
      if (agreement == Agreement::kKink) ++check.kinks;
      if (agreement == Agreement::kSame) {
        double off = std::abs(by_rule - difference.central()) / std::max(1.0, std::abs(by_rule));
        check.largest_difference = std::max(check.largest_difference, off);
      }
      if (agreement == Agreement::kDifferent && !check.mismatch) {
        check.mismatch = Blame(argument);
        check.mismatch->index = index;
        check.mismatch->by_rule = by_rule;
        check.mismatch->by_difference = difference.central();
      }
    }
    return check;
  }

  // Goes back from y to the first node between it and the argument whose own rule is wrong.
  GradientMismatch Blame(uint32_t argument) {
    std::vector<bool> before_y = Reaching(function_, {y()}),
                      after_argument = ReachableFrom(function_, {Value{argument}});
    std::vector<Tensor> values = EvaluateAll(function_, arguments_);
    GradientMismatch mismatch;
    for (uint32_t i = y().index; i >= function_.argument_count(); --i) {
      const ir::Node& node = function_.node(Value{i});
      bool between = before_y[i] && after_argument[i] && IsFloat(node.type.element);
      if (!between || RuleIsRight(node, values)) continue;
      mismatch.op = node.op;
      mismatch.node = node.name;
      mismatch.span = node.span;
      break;
    }
    return mismatch;
  }

  // Whether the derivative of a weighted sum of the node's elements agrees with differences, with the node's operands
  // as arguments.
  bool RuleIsRight(const ir::Node& node, const std::vector<Tensor>& values) const {
    ir::Function alone("alone");
    ir::Builder build(alone);
    std::vector<Tensor> arguments;
    ir::Node copy = node;
    for (Value& operand : copy.operands) {
      const ir::Node& given = function_.node(operand);
      auto known = alone.FindArgument(given.name);
      if (!known) arguments.push_back(values[operand.index]);
      operand = known ? *known : build.Argument(given.name, given.type);
    }
    alone.AddResult("sum", WeightedSum(build, alone.Append(std::move(copy))));
    for (uint32_t i = 0; i < alone.argument_count(); ++i) {
      if (IsFloat(alone.type(Value{i}).element) && !AgreesEverywhere(alone, arguments, i)) return false;
    }
    return true;
  }

  bool AgreesEverywhere(const ir::Function& function, std::vector<Tensor>& arguments, uint32_t argument) const {
    ir::Function with_gradient = function;
    Value gradient = differentiate_(with_gradient, function.results()[0].value, {Value{argument}})[0];
    Tensor by_rule = EvaluateAll(with_gradient, arguments)[gradient.index];
    for (int64_t index : Sample(by_rule.elements(), samples_)) {
      Difference difference = Differentiate(function, arguments, argument, index);
      if (Compare(by_rule.number(index), difference) == Agreement::kDifferent) return false;
    }
    return true;
  }

  int64_t samples_;
  const Differentiator& differentiate_;
  std::vector<Tensor> arguments_;  // the caller's, then the values of stop_gradient
  uint32_t own_arguments_;         // the caller's
  std::vector<ir::Type> types_;    // of the caller's
  ir::Function function_;          // with stop_gradient nodes as arguments
  std::vector<Tensor> by_rule_;    // derivatives with respect to each float argument
};

}  // namespace

std::vector<GradientCheck> CheckGradients(const ir::Function& function, const std::vector<Tensor>& arguments,
                                          int64_t samples, const Differentiator& differentiate) {
  return GradientChecker(function, arguments, samples, differentiate).Run();
}

}  // namespace nnc::runtime
