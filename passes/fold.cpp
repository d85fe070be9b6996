#include "passes/fold.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "ir/evaluate.h"
#include "passes/rewriter.h"

namespace nnc::passes {

using ir::AttributeKey;
using ir::Dim;
using ir::Element;
using ir::Node;
using ir::Op;
using ir::Shape;
using ir::Tensor;

namespace {

double RoundTo(Element element, double value) {
  if (element == Element::kF32) return static_cast<float>(value);
  if (element == Element::kBF16) return ir::RoundToBF16(value);
  return value;
}

class Folder {
 public:
  Folder(const ir::Function& so_far, const Node& node) : so_far_(so_far), node_(node) {}

  // The number that all elements of the node are, if it is known.
  std::optional<double> Number() const {
    if (node_.op == Op::kSize) return OfSize();
    if (node_.op == Op::kIota) return OfIota();
    if (node_.operands.empty()) return std::nullopt;
    for (ir::Value operand : node_.operands) {
      if (so_far_.node(operand).op != Op::kConstant) return std::nullopt;
    }
    switch (ir::InfoOf(node_.op).op_class) {
      case ir::OpClass::kElementwise:
        return OfElementwise();
      case ir::OpClass::kReduce:
        return OfReduce();
      case ir::OpClass::kMovement:
        return OfMovement();
      case ir::OpClass::kSource:
      case ir::OpClass::kIndex:
      case ir::OpClass::kLine:
      case ir::OpClass::kContraction:
      case ir::OpClass::kLoop:
      case ir::OpClass::kRequest:
        return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  double Operand(size_t i) const {
    const Node& constant = so_far_.node(node_.operands[i]);
    return RoundTo(constant.type.element, constant.attribute<double>(AttributeKey::kValue));
  }

  std::optional<double> OfSize() const {
    const Dim& dim = node_.attribute<Dim>(AttributeKey::kDim);
    if (!dim.is_constant()) return std::nullopt;
    return static_cast<double>(dim.value());
  }

  std::optional<double> OfIota() const {
    const Dim& extent = node_.type.shape[node_.attribute<int64_t>(AttributeKey::kAxis)];
    return extent == Dim(1) ? std::optional<double>(0) : std::nullopt;
  }

  std::optional<double> OfElementwise() const {
    Node scalar = node_;
    scalar.type.shape = {};
    std::vector<Tensor> values;
    for (size_t i = 0; i < node_.operands.size(); ++i) {
      Element element = so_far_.type(node_.operands[i]).element;
      values.push_back(IsFloat(element) ? Tensor::Floats({}, {Operand(i)}, element)
                                        : Tensor::Ints({}, {static_cast<int64_t>(Operand(i))}, element));
    }
    std::vector<const Tensor*> operands;
    for (const Tensor& value : values) operands.push_back(&value);
    Tensor result = ir::EvaluateNode(scalar, operands);
    return RoundTo(result.element, result.number(0));
  }

  // Folding n equal numbers. An empty axis is left to the kernel, which knows the neutral elements.
  std::optional<double> OfReduce() const {
    Dim before = ir::Product(so_far_.type(node_.operands[0]).shape), after = ir::Product(node_.type.shape);
    if (!before.is_constant() || before == Dim(0)) return std::nullopt;
    double count = static_cast<double>(before.value()) / static_cast<double>(after.value());
    if (node_.op == Op::kReduceMax || node_.op == Op::kReduceMin) return Operand(0);
    if (node_.op == Op::kArgMax) return 0;
    if (!IsFloat(node_.type.element)) return std::nullopt;  // may wrap
    return RoundTo(node_.type.element, node_.op == Op::kReduceSum ? Operand(0) * count : std::pow(Operand(0), count));
  }

  std::optional<double> OfMovement() const {
    bool pads = node_.op == Op::kUnshear || (node_.op == Op::kPad && node_.type != so_far_.type(node_.operands[0]));
    auto bits = std::bit_cast<uint64_t>(Operand(0));
    if (pads && bits != 0) return std::nullopt;
    for (size_t i = 1; i < node_.operands.size(); ++i) {
      if (std::bit_cast<uint64_t>(Operand(i)) != bits) return std::nullopt;
    }
    return Operand(0);
  }

  const ir::Function& so_far_;
  const Node& node_;
};

// Integers in a Constant pass through a double.
bool FitsConstant(Element element, double value) { return element != Element::kI64 || std::abs(value) < 0x1p53; }

}  // namespace

ir::Function FoldConstants(const ir::Function& function) {
  Rewriter rewriter(function);
  for (ir::Value v{0}; v.index < function.size(); ++v.index) {
    Node node = rewriter.Begin(v);
    std::optional<double> number = Folder(rewriter.to(), node).Number();
    if (number && FitsConstant(node.type.element, *number)) {
      rewriter.Replace(v, rewriter.build().Constant(*number, node.type.element, node.type.shape));
    } else {
      rewriter.Copy(v);
    }
  }
  return rewriter.Finish();
}

}  // namespace nnc::passes
