// Transposes around a product become its flags, so that no matrix is moved.
#include <array>
#include <numeric>

#include "passes/simplify/rules.h"

namespace nnc::passes {

namespace {

using ir::AttributeKey;
using ir::Op;
using Axes = std::vector<int64_t>;

// Whether the node is a transpose that swaps the last two axes and leaves the others.
bool SwapsLastTwo(const ir::Node& node) {
  if (node.op != Op::kTranspose || node.type.rank() < 2) return false;
  Axes swapped(node.type.shape.size());
  std::iota(swapped.begin(), swapped.end(), 0);
  std::swap(swapped[swapped.size() - 2], swapped.back());
  return node.attribute<Axes>(AttributeKey::kAxes) == swapped;
}

Simplification OfTransposed(const Site& s) {
  bool a_swaps = SwapsLastTwo(s.Operand(0)), b_swaps = SwapsLastTwo(s.Operand(1));
  if (!a_swaps && !b_swaps) return std::nullopt;
  return s.build.MatMul(a_swaps ? s.Inner(0) : s.x(0), b_swaps ? s.Inner(1) : s.x(1),
                        s.node.attribute<bool>(AttributeKey::kTransposeA) != a_swaps,
                        s.node.attribute<bool>(AttributeKey::kTransposeB) != b_swaps);
}

// (A B)^T is B^T A^T.
Simplification TransposeOfProduct(const Site& s) {
  if (!s.Is(0, Op::kMatMul) || !s.OnlyUse(0) || !SwapsLastTwo(s.node)) return std::nullopt;
  ir::Node product = s.Operand(0);
  return s.build.MatMul(s.Inner(0, 1), s.Inner(0, 0), !product.attribute<bool>(AttributeKey::kTransposeB),
                        !product.attribute<bool>(AttributeKey::kTransposeA));
}

constexpr std::array kRules = {Rule{Op::kMatMul, OfTransposed}, Rule{Op::kTranspose, TransposeOfProduct}};

}  // namespace

std::span<const Rule> ContractionRules() { return kRules; }

}  // namespace nnc::passes
