#include "runtime/blame/elements_read.h"

#include <algorithm>
#include <numeric>

#include "ir/evaluate.h"

namespace nnc::runtime {
namespace {

using ir::AttributeKey;
using ir::Op;

std::vector<int64_t> AllOf(const Tensor& tensor) {
  std::vector<int64_t> all(static_cast<size_t>(tensor.elements()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// By the strict rule: trailing axes, and the only place of an axis of size 1.
int64_t Broadcasted(Index index, const std::vector<int64_t>& shape) {
  index.erase(index.begin(), index.end() - static_cast<std::ptrdiff_t>(shape.size()));
  for (size_t axis = 0; axis < shape.size(); ++axis) index[axis] = std::min(index[axis], shape[axis] - 1);
  return ElementAt(index, shape);
}

// Moves the numbers of the operand's elements, from 1, instead of the elements; 0 is a zero that the op put in.
std::vector<int64_t> MovedFrom(Values& values, const ir::Node& node, size_t operand, int64_t element) {
  std::vector<ir::Tensor> operands;
  for (const ir::Value value : node.operands) operands.push_back(ToIr(values.At(value)));
  for (ir::Tensor& each : operands) {
    if (ir::IsFloat(each.element)) each = ir::Tensor::Floats(each.shape, std::vector<double>(each.floats().size()));
  }
  std::iota(operands[operand].floats().begin(), operands[operand].floats().end(), 1.0);
  std::vector<const ir::Tensor*> pointers;
  for (const ir::Tensor& each : operands) pointers.push_back(&each);
  ir::Node exact = node;
  exact.type.element = ir::Element::kF64;  // whose evaluation rounds no number of an element
  const auto found = static_cast<int64_t>(ir::EvaluateNode(exact, pointers).number(element));
  return found == 0 ? std::vector<int64_t>{} : std::vector<int64_t>{found - 1};
}

std::vector<int64_t> ReducedFrom(const ir::Node& node, const Tensor& result, const Tensor& operand, int64_t element) {
  const auto& axes = node.attribute<std::vector<int64_t>>(AttributeKey::kAxes);
  Index index = IndexOf(element, result.shape());
  if (!node.attribute<bool>(AttributeKey::kKeepdims)) {
    for (const int64_t axis : axes) index.insert(index.begin() + axis, 0);
  }
  std::vector<int64_t> extents;
  for (const int64_t axis : axes) extents.push_back(operand.shape()[static_cast<size_t>(axis)]);
  const int64_t count = std::accumulate(extents.begin(), extents.end(), int64_t{1}, std::multiplies<>());
  std::vector<int64_t> elements;
  for (int64_t i = 0; i < count; ++i) {
    const Index folded = IndexOf(i, extents);
    for (size_t a = 0; a < axes.size(); ++a) index[static_cast<size_t>(axes[a])] = folded[a];
    elements.push_back(ElementAt(index, operand.shape()));
  }
  return elements;
}

// A row of the left operand, a column of the right one.
std::vector<int64_t> MultipliedFrom(const ir::Node& node, const Tensor& result, const Tensor& operand, size_t number,
                                    int64_t element) {
  Index index = IndexOf(element, result.shape());
  const bool left = number == 0;
  const bool transposed = node.attribute<bool>(left ? AttributeKey::kTransposeA : AttributeKey::kTransposeB);
  const size_t summed = index.size() - (left != transposed ? 1 : 2);
  const size_t kept = index.size() - (left != transposed ? 2 : 1);
  index[kept] = left ? index[index.size() - 2] : index[index.size() - 1];
  std::vector<int64_t> elements;
  for (int64_t k = 0; k < operand.shape()[summed]; ++k) {
    index[summed] = k;
    elements.push_back(ElementAt(index, operand.shape()));
  }
  return elements;
}

std::vector<int64_t> ElementwiseFrom(Values& values, const ir::Node& node, size_t operand, const Index& index) {
  if (node.op == Op::kSelect) {
    const Tensor& condition = values.At(node.operands[0]);
    const bool holds = condition.number(Broadcasted(index, condition.shape())) != 0;
    if (operand != (holds ? 1 : 2)) return {};
  }
  return {Broadcasted(index, values.At(node.operands[operand]).shape())};
}

}  // namespace

Index IndexOf(int64_t element, const std::vector<int64_t>& shape) {
  Index index(shape.size());
  for (size_t axis = shape.size(); axis-- > 0;) {
    index[axis] = element % shape[axis];
    element /= shape[axis];
  }
  return index;
}

int64_t ElementAt(const Index& index, const std::vector<int64_t>& shape) {
  int64_t element = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis) element = element * shape[axis] + index[axis];
  return element;
}

std::vector<int64_t> ElementsRead(Values& values, ir::Value value, size_t operand, int64_t element) {
  const ir::Node& node = values.function().node(value);
  if (!ir::IsFloat(values.function().type(node.operands[operand]).element)) return {};
  const ir::OpClass op_class = ir::InfoOf(node.op).op_class;
  if (op_class == ir::OpClass::kElementwise) {
    return ElementwiseFrom(values, node, operand, IndexOf(element, ir::Values(node.type.shape)));
  }
  if (op_class == ir::OpClass::kMovement || node.op == Op::kTake) return MovedFrom(values, node, operand, element);
  const Tensor& from = values.At(node.operands[operand]);
  if (node.op == Op::kMatMul) return MultipliedFrom(node, values.At(value), from, operand, element);
  if (op_class == ir::OpClass::kReduce && node.op != Op::kArgMax) {
    return ReducedFrom(node, values.At(value), from, element);
  }
  return AllOf(from);
}

}  // namespace nnc::runtime
