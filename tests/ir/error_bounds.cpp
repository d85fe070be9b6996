#include "tests/ir/error_bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ir/text.h"
#include "tests/ir/error_bound_rules.h"

namespace nnc::ir {

namespace {

// Overflow for certain, and NaN and infinities for certain, are exact; what may overflow is undecided.
void Settle(Bounded& bounded, const Rounding& rounding) {
  if (!IsFloat(bounded.value.element)) return;
  for (size_t i = 0; i < bounded.error.size(); ++i) {
    double& y = bounded.value.floats()[i];
    double& error = bounded.error[i];
    if (std::isnan(error)) error = kUndecided;
    if (error == kUndecided) continue;
    if (!std::isfinite(y)) {
      error = 0;
    } else if (std::abs(y) - error > rounding.largest * (1 + 2 * rounding.unit)) {
      y = std::copysign(std::numeric_limits<double>::infinity(), y);
      error = 0;
    } else if (std::abs(y) + error >= rounding.largest) {
      error = kUndecided;
    }
  }
}

Errors ErrorsOf(const BoundContext& c) {
  switch (c.node.op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  case Op::k##name:                                                         \
    return Bound##name(c);
#include "ir/ops.def"
#undef NNC_OP
  }
  throw std::logic_error("op out of range");
}

}  // namespace

bool Bounded::IsDecided() const {
  return std::ranges::none_of(error, [](double e) { return e == kUndecided; });
}

Rounding RoundingOf(Element element, Precision precision) {
  constexpr double kOfEvaluator = 0x1p-53;
  constexpr double kSmallestF32 = std::numeric_limits<float>::min(), kLargestF32 = std::numeric_limits<float>::max();
  constexpr double kOfF32 = 0x1p-24 + kOfEvaluator;
  if (element == Element::kBF16) return {2 * 0x1p-8, kOfF32, kSmallestF32, kLargestF32};  // the evaluator rounds, too
  if (element == Element::kF32 && precision == Precision::kElement) return {kOfF32, kOfF32, kSmallestF32, kLargestF32};
  return {2 * kOfEvaluator, 2 * kOfEvaluator, std::numeric_limits<double>::min(), std::numeric_limits<double>::max()};
}

Bounded Exact(Tensor value) {
  Errors none(value.elements());
  return {std::move(value), std::move(none)};
}

Bounded BoundNode(const Node& node, const std::vector<const Bounded*>& operands, Precision precision) {
  std::vector<const Tensor*> values;
  for (const Bounded* operand : operands) values.push_back(&operand->value);
  Bounded result{EvaluateNode(node, values), {}};
  Rounding rounding = RoundingOf(node.type.element, precision);
  result.error = ErrorsOf({node, operands, result.value, rounding});
  Settle(result, rounding);
  return result;
}

std::vector<Bounded> Bound(const Function& function, const std::vector<const Bounded*>& arguments,
                           Precision precision) {
  std::vector<Bounded> values(function.size());
  std::vector<uint32_t> uses = UseCounts(function);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    const Node& node = function.node(v);
    if (node.op == Op::kArgument) {
      values[v.index] = *arguments[v.index];
      continue;
    }
    std::vector<const Bounded*> operands;
    for (Value operand : node.operands) operands.push_back(&values[operand.index]);
    values[v.index] = BoundNode(node, operands, precision);
    for (Value operand : node.operands) {
      if (--uses[operand.index] == 0) values[operand.index] = {};  // its last use
    }
  }
  std::vector<Bounded> results;
  for (const Result& result : function.results()) results.push_back(values[result.value.index]);
  return results;
}

std::vector<Bounded> Bound(const Function& function, const std::vector<Tensor>& arguments, Precision precision) {
  std::vector<Bounded> exact;
  for (const Tensor& argument : arguments) exact.push_back(Exact(argument));
  std::vector<const Bounded*> pointers;
  for (const Bounded& argument : exact) pointers.push_back(&argument);
  return Bound(function, pointers, precision);
}

std::string FirstDifference(const Tensor& actual, const Bounded& expected) {
  if (actual.shape != expected.value.shape || actual.element != expected.value.element) return "another type";
  for (int64_t i = 0; i < actual.elements(); ++i) {
    double got = actual.number(i), want = expected.value.number(i), error = expected.error[i];
    bool same = error == kUndecided || got == want || (std::isnan(got) && std::isnan(want));
    if (same || std::abs(got - want) <= error) continue;
    return fmt::format("element {} is {}, not {}, and may be off by {:.3g}", i, FloatText(got), FloatText(want), error);
  }
  return "";
}

}  // namespace nnc::ir
