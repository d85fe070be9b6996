#include "ir/evaluate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "ir/evaluate/rules.h"

namespace nnc::ir {

Tensor Tensor::Floats(std::vector<int64_t> shape, std::vector<double> values, Element element) {
  return {element, std::move(shape), std::move(values)};
}

Tensor Tensor::Ints(std::vector<int64_t> shape, std::vector<int64_t> values, Element element) {
  return {element, std::move(shape), std::move(values)};
}

int64_t Tensor::elements() const {
  return static_cast<int64_t>(std::visit([](const auto& values) { return values.size(); }, data));
}

double Tensor::number(int64_t i) const {
  return std::visit([i](const auto& values) { return static_cast<double>(values[i]); }, data);
}

Tensor Zeros(const Type& type) {
  Tensor result{type.element, Values(type.shape), {}};
  auto elements = static_cast<size_t>(type.elements());
  if (IsFloat(type.element)) {
    result.data = std::vector<double>(elements);
  } else {
    result.data = std::vector<int64_t>(elements);
  }
  return result;
}

int64_t Wrap(Element element, int64_t value) {
  if (element == Element::kI32) return static_cast<int32_t>(value);
  if (element == Element::kU8) return static_cast<uint8_t>(value);
  if (element == Element::kBool) return value != 0;
  return value;
}

int64_t LeastInteger(Element element) {
  if (element == Element::kI32) return INT32_MIN;
  if (element == Element::kI64) return INT64_MIN;
  return 0;
}

int64_t GreatestInteger(Element element) {
  if (element == Element::kI32) return INT32_MAX;
  if (element == Element::kU8) return UINT8_MAX;
  if (element == Element::kBool) return 1;
  return INT64_MAX;
}

// The upper half of a float.
double RoundToBF16(double value) {
  if (std::isnan(value)) return value;
  auto bits = std::bit_cast<uint32_t>(static_cast<float>(value));
  bits += 0x7FFF + ((bits >> 16) & 1);
  return std::bit_cast<float>(bits & 0xFFFF0000u);
}

namespace {

Tensor EvaluateUnrounded(const Node& node, const std::vector<const Tensor*>& operands) {
  switch (node.op) {
#define NNC_OP(name, mnemonic, count, klass, rule, gradient, attributes) \
  case Op::k##name:                                                      \
    return Eval##name(node, operands);
#include "ir/ops.def"
#undef NNC_OP
  }
  throw std::logic_error("op out of range");
}

}  // namespace

Tensor EvaluateNode(const Node& node, const std::vector<const Tensor*>& operands) {
  Tensor result = EvaluateUnrounded(node, operands);
  if (result.element == Element::kBF16) std::ranges::transform(result.floats(), result.floats().begin(), RoundToBF16);
  return result;
}

namespace {

void CheckArgument(const Node& argument, const Tensor& tensor) {
  bool fits = tensor.element == argument.type.element && tensor.shape == Values(argument.type.shape) &&
              std::holds_alternative<std::vector<double>>(tensor.data) == IsFloat(tensor.element) &&
              tensor.elements() == argument.type.elements();
  if (fits) return;
  throw std::invalid_argument(fmt::format("argument %{} is {}, not {}[{}] of {} elements", argument.name,
                                          ToString(argument.type), Name(tensor.element), fmt::join(tensor.shape, ", "),
                                          tensor.elements()));
}

}  // namespace

std::vector<Tensor> Evaluate(const Function& function, const std::vector<Tensor>& arguments,
                             const std::function<void(Value, const Tensor&)>& observe) {
  if (arguments.size() != function.argument_count()) {
    throw std::invalid_argument(
        fmt::format("@{} takes {} arguments, not {}", function.name(), function.argument_count(), arguments.size()));
  }
  std::vector<Tensor> values(function.size());
  std::vector<uint32_t> uses = UseCounts(function);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    const Node& node = function.node(v);
    Operands operands;
    for (Value operand : node.operands) operands.push_back(&values[operand.index]);
    if (node.op == Op::kArgument) {
      CheckArgument(node, arguments[v.index]);
      values[v.index] = arguments[v.index];
    } else {
      values[v.index] = EvaluateNode(node, operands);
    }
    if (observe) observe(v, values[v.index]);
    for (Value operand : node.operands) {
      if (--uses[operand.index] == 0) values[operand.index] = {};  // its last use
    }
  }
  std::vector<Tensor> results;
  for (const Result& result : function.results()) results.push_back(values[result.value.index]);
  return results;
}

}  // namespace nnc::ir
