// Sources: constants, dimensions, index ranges and random numbers.
#include <stdexcept>

#include "ir/evaluate/rules.h"
#include "ir/evaluate/walk.h"

namespace nnc::ir {

Tensor EvalArgument(const Node& node, const Operands&) {
  throw std::invalid_argument("argument %" + node.name + " has no value of its own");
}

Tensor EvalConstant(const Node& node, const Operands&) {
  Tensor result = ResultOf(node);
  auto value = node.attribute<double>(AttributeKey::kValue);
  if (IsFloat(result.element)) {
    result.floats().assign(result.floats().size(), value);
  } else {
    result.ints().assign(result.ints().size(), static_cast<int64_t>(value));
  }
  return result;
}

Tensor EvalSize(const Node& node, const Operands&) {
  return Tensor::Ints({}, {node.attribute<Dim>(AttributeKey::kDim).value()}, Element::kI64);
}

Tensor EvalIota(const Node& node, const Operands&) {
  Tensor result = ResultOf(node);
  Strides along_axis(result.shape.size());
  along_axis[node.attribute<int64_t>(AttributeKey::kAxis)] = 1;
  int64_t i = 0;
  for (Walk<1> walk(result.shape, {along_axis}); !walk.done(); walk.Next()) result.ints()[i++] = walk.offset();
  return result;
}

uint64_t Mix64(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

double UniformAt(uint64_t key, uint64_t i, Element element) {
  int digits = element == Element::kF64 ? 53 : element == Element::kF32 ? 24 : 8;
  double unit = 1.0 / static_cast<double>(uint64_t{1} << digits);
  return static_cast<double>(RandomBits(key, i) >> (64 - digits)) * unit;
}

Tensor EvalUniform(const Node& node, const Operands& operands) {
  Tensor result = ResultOf(node);
  auto key = static_cast<uint64_t>(operands[0]->ints()[0]);
  for (size_t i = 0; i < result.floats().size(); ++i) result.floats()[i] = UniformAt(key, i, result.element);
  return result;
}

// A request for a derivative has no value before passes/differentiate has answered it.
Tensor EvalVjp(const Node& node, const Operands&) {
  throw std::invalid_argument("%" + node.name + " asks for a derivative; differentiate the function first");
}
Tensor EvalJacobian(const Node& node, const Operands& operands) { return EvalVjp(node, operands); }

Tensor EvalCustomVjp(const Node&, const Operands& operands) { return *operands[0]; }

}  // namespace nnc::ir
