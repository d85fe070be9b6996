// What the rules for errors are made of.
#include <algorithm>
#include <cmath>

#include "tests/ir/error_bound_rules.h"

namespace nnc::ir {

namespace {

// `tensor` broadcast to `shape`.
Tensor BroadcastTo(const Tensor& tensor, const std::vector<int64_t>& shape) {
  Node node;
  node.op = Op::kBroadcast;
  node.type = Type(tensor.element, Shape(shape.begin(), shape.end()));
  return EvaluateNode(node, {&tensor});
}

// The distance of a corner's value from y; undecided where one of them alone is not finite.
double Distance(double corner, double y) {
  if (std::isnan(corner) && std::isnan(y)) return 0;
  if (corner == y) return 0;
  double distance = std::abs(corner - y);
  return std::isnan(distance) ? kUndecided : distance;
}

bool IsExact(const std::vector<const Bounded*>& operands) {
  return std::ranges::all_of(
      operands, [](const Bounded* x) { return std::ranges::all_of(x->error, [](double e) { return e == 0; }); });
}

// Each float operand at its lower bound, or its upper one where `corner` has its bit.
std::vector<Tensor> At(const std::vector<const Bounded*>& operands, uint32_t corner) {
  std::vector<Tensor> moved;
  for (size_t k = 0; k < operands.size(); ++k) {
    Tensor& tensor = moved.emplace_back(operands[k]->value);
    if (!IsFloat(tensor.element)) continue;
    double sign = (corner >> k & 1) != 0 ? 1 : -1;
    for (size_t i = 0; i < tensor.floats().size(); ++i) {
      double error = operands[k]->error[i];
      if (error != 0 && error != kUndecided) tensor.floats()[i] += sign * error;
    }
  }
  return moved;
}

}  // namespace

Errors BoundContext::Corners(double roundings) const {
  bool has_floats = std::ranges::any_of(operands, [](const Bounded* x) { return IsFloat(x->value.element); });
  if (!has_floats) return Undecided();
  Errors errors = Undecided();
  for (uint32_t corner = 0; corner < 1u << operands.size() && !IsExact(operands); ++corner) {
    std::vector<Tensor> moved = At(operands, corner);
    std::vector<const Tensor*> pointers;
    for (const Tensor& tensor : moved) pointers.push_back(&tensor);
    Tensor value = EvaluateNode(node, pointers);
    for (size_t i = 0; i < errors.size(); ++i) {
      errors[i] = std::max(errors[i], Distance(value.number(i), y.number(i)));
    }
  }
  for (size_t i = 0; i < errors.size(); ++i) {
    if (IsFloat(y.element)) {
      if (std::isfinite(y.number(i))) errors[i] += Round(roundings, std::abs(y.number(i)) + errors[i]);
    } else if (errors[i] > 0) {
      errors[i] = kUndecided;
    }
  }
  return errors;
}

Errors BoundContext::Undecided() const {
  Errors errors(y.elements());
  auto add = [&](const std::vector<double>& more) {
    for (size_t i = 0; i < errors.size(); ++i) {
      if (more[i] == kUndecided) errors[i] = kUndecided;
    }
  };
  if (InfoOf(node.op).op_class == OpClass::kReduce) {
    Node sum = node;
    sum.op = Op::kReduceSum;
    add(BoundContext{sum, operands, y, rounding}.Applied({x(0).error}));
    return errors;
  }
  for (size_t k = 0; k < operands.size(); ++k) add(ErrorAt(k));
  return errors;
}

std::vector<double> BoundContext::Applied(const std::vector<std::vector<double>>& instead) const {
  Node in_doubles = node;
  in_doubles.type.element = Element::kF64;
  std::vector<Tensor> tensors;
  std::vector<const Tensor*> pointers;
  tensors.reserve(operands.size());
  for (size_t k = 0; k < operands.size(); ++k) {
    bool is_ids = k == 1 && InfoOf(node.op).op_class == OpClass::kIndex;
    tensors.push_back(is_ids ? x(k).value : Tensor::Floats(x(k).value.shape, instead[k], Element::kF64));
    pointers.push_back(&tensors.back());
  }
  return EvaluateNode(in_doubles, pointers).floats();
}

Errors BoundContext::Moved() const {
  std::vector<std::vector<double>> errors;
  for (const Bounded* operand : operands) errors.push_back(operand->error);
  return Applied(errors);
}

Errors BoundContext::Linear(double terms) const {
  std::vector<std::vector<double>> errors, magnitudes;
  for (const Bounded* operand : operands) {
    errors.push_back(operand->error);
    magnitudes.push_back(Magnitudes(*operand));
  }
  Errors result = Applied(errors);
  if (!IsFloat(y.element)) {
    for (double& error : result) error = error == 0 ? 0 : kUndecided;
    return result;
  }
  std::vector<double> sums = Applied(magnitudes);
  for (size_t i = 0; i < result.size(); ++i) {
    result[i] = sums[i] > rounding.largest ? kUndecided : Summed(i, result[i], terms, sums[i]);
  }
  return result;
}

std::vector<double> Magnitudes(const Bounded& x) {
  std::vector<double> magnitudes = x.error;
  for (size_t i = 0; i < magnitudes.size(); ++i) {
    double number = x.value.number(static_cast<int64_t>(i));
    magnitudes[i] = std::isfinite(number) ? magnitudes[i] + std::abs(number) : 0;
  }
  return magnitudes;
}

Errors BoundContext::ErrorAt(size_t i) const {
  return BroadcastTo(Tensor::Floats(x(i).value.shape, x(i).error, Element::kF64), y.shape).floats();
}

std::vector<double> BoundContext::NumberAt(size_t i) const {
  Tensor broadcast = BroadcastTo(x(i).value, y.shape);
  std::vector<double> numbers(broadcast.elements());
  for (size_t n = 0; n < numbers.size(); ++n) numbers[n] = broadcast.number(static_cast<int64_t>(n));
  return numbers;
}

}  // namespace nnc::ir
