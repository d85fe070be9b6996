// One function an op: EvalNAME computes the node's result from its operands' values. Private to the evaluator.
#pragma once

#include <vector>

#include "ir/evaluate.h"

namespace nnc::ir {

using Operands = std::vector<const Tensor*>;

#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  Tensor Eval##name(const Node& node, const Operands& operands_of_node);
#include "ir/ops.def"
#undef NNC_OP

// A tensor of this type, filled with zeros.
Tensor Zeros(const Type& type);
inline Tensor ResultOf(const Node& node) { return Zeros(node.type); }

// An integer as the element type holds it: the low bits, read as signed or unsigned.
int64_t Wrap(Element element, int64_t value);

// a + b as the element type holds it.
inline double Sum(Element, double a, double b) { return a + b; }
inline int64_t Sum(Element element, int64_t a, int64_t b) {
  return Wrap(element, static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)));
}

// What an empty reduction by maximum or minimum gives: the least or the greatest value of the element type. For floats
// these are the infinities.
int64_t LeastInteger(Element element);
int64_t GreatestInteger(Element element);

}  // namespace nnc::ir
