#include "view/formula_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ir/scan.h"

namespace nnc::view {
namespace {

using ir::AttributeKey;
using Axes = std::vector<int64_t>;

Math AxesText(Axes axes) {
  for (int64_t& axis : axes) ++axis;
  return Words(fmt::format("{} {}", axes.size() == 1 ? "axis" : "axes", fmt::join(axes, ", ")));
}

Axes Inverse(const Axes& permutation) {
  Axes inverse(permutation.size());
  for (size_t i = 0; i < permutation.size(); ++i)
    inverse[static_cast<size_t>(permutation[i])] = static_cast<int64_t>(i);
  return inverse;
}

bool SwapsLastTwo(const Axes& permutation) {
  auto rank = static_cast<int64_t>(permutation.size());
  if (rank < 2) return false;
  for (int64_t i = 0; i < rank; ++i) {
    int64_t swapped = i < rank - 2 ? i : 2 * rank - 3 - i;
    if (permutation[static_cast<size_t>(i)] != swapped) return false;
  }
  return true;
}

Math TransposedIf(bool transposed, const Math& a) { return transposed ? Transposed(a) : a; }

bool IsTransposed(const FormulaContext& c, size_t operand) {
  return c.attribute<bool>(operand == 0 ? AttributeKey::kTransposeA : AttributeKey::kTransposeB);
}

Math At(const Math& a, const Math& iteration) { return Subscript(a, iteration); }
Math Before() { return Variable("t") - One(); }

}  // namespace

Math Derivative(const Math& y, const Math& x) {
  return Fraction({Symbol("∂").markup() + y.Within(Math::Binding::kAtom), Math::Binding::kProduct},
                  {Symbol("∂").markup() + x.Within(Math::Binding::kAtom), Math::Binding::kProduct});
}

Math Product(const FormulaContext& c) {
  if (c.node().operands[0] == c.node().operands[1]) return Square(c.x());
  bool number = c.type(0).is_scalar() || c.type(1).is_scalar();
  return number ? Dot(c.x(0), c.x(1)) : Elementwise(c.x(0), c.x(1));
}

Math FoldedAxes(const FormulaContext& c) { return AxesText(c.attribute<Axes>(AttributeKey::kAxes)); }
Math Axis(const FormulaContext& c) { return AxesText({c.attribute<int64_t>(AttributeKey::kAxis)}); }

std::string SizesText(const ir::Type& type) {
  std::string text;
  for (const ir::Dim& dim : type.shape) text += (text.empty() ? "" : "×") + dim.str();
  return text.empty() ? "1" : text;
}

Math SizesOf(const ir::Type& type) { return Words(SizesText(type)); }

Math Repeated(const Math& a, const ir::Type& type) { return Dot(a, Subscript(Variable("𝟏"), SizesOf(type))); }

Math SumOfCopies(const Math& a, const ir::Type& from, const ir::Type& to) {
  Axes copied;
  int64_t added = from.rank() - to.rank();
  for (int64_t axis = 0; axis < from.rank(); ++axis) {
    bool same = axis >= added && to.shape[static_cast<size_t>(axis - added)] == from.shape[static_cast<size_t>(axis)];
    if (!same) copied.push_back(axis);
  }
  return copied.empty() ? a : Over("∑", AxesText(copied), a);
}

Math Permuted(const FormulaContext& c, const Math& a, bool inverse) {
  auto axes = c.attribute<Axes>(AttributeKey::kAxes);
  if (SwapsLastTwo(axes)) return Transposed(a);
  if (inverse) axes = Inverse(axes);
  return Call(Subscript(Variable("permute"), AxesText(axes)), {a});
}

Math SliceRange(const FormulaContext& c) {
  ir::Dim first = c.attribute<ir::Dim>(AttributeKey::kStart) + 1;
  const auto& last = c.attribute<ir::Dim>(AttributeKey::kLimit);
  return Listed({Axis(c), Words(fmt::format("{} to {}", first.str(), last.str()))});
}

Math Stacked(const FormulaContext& c) {
  std::vector<Math> parts;
  for (size_t i = 0; i < c.operands(); ++i) parts.push_back(c.x(i));
  return Between("[", Listed(parts), "]");
}

Math WindowIndex(const FormulaContext& c) {
  auto times = [&](const char* counter, AttributeKey key) {
    auto factor = c.attribute<int64_t>(key);
    return factor == 1 ? Variable(counter) : Number(factor) * Variable(counter);
  };
  return Listed({times("o", AttributeKey::kStride) + times("k", AttributeKey::kDilation), Variable("k")});
}

Math Factor(const FormulaContext& c, size_t operand) { return TransposedIf(IsTransposed(c, operand), c.x(operand)); }

// With A' and B' the factors as they are multiplied, the adjoints of these are C̄ B'ᵀ and A'ᵀ C̄; that of a transposed
// operand is the transpose.
Math FactorAdjoint(const FormulaContext& c, size_t operand) {
  Math other = TransposedIf(!IsTransposed(c, 1 - operand), c.x(1 - operand));
  bool transposed = IsTransposed(c, operand);
  Math other_transposed = TransposedIf(IsTransposed(c, 1 - operand), c.x(1 - operand));
  if (operand == 0) return transposed ? other_transposed * Transposed(c.g()) : c.g() * other;
  return transposed ? Transposed(c.g()) * other_transposed : other * c.g();
}

Math LoopStep(const FormulaContext& c) {
  ir::ScanParts parts = ir::PartsOf(c.node());
  std::vector<Math> arguments;
  if (parts.carries > 0) arguments.push_back(At(Variable("h"), Before()));
  for (size_t i = 0; i < parts.scanned; ++i) arguments.push_back(Indexed(c.x(parts.carries + i), Variable("t")));
  for (size_t i = parts.inputs(); i < c.operands(); ++i) arguments.push_back(c.x(i));
  return Over("loop", Related(Variable("t"), "=", Words("1 … " + parts.length.str())), Call(Variable("f"), arguments));
}

Math LoopAdjoint(const FormulaContext& c, size_t operand) {
  ir::ScanParts parts = ir::PartsOf(c.node());
  Math after = At(Adjoint(Variable("h")), Variable("t")), step = At(Variable("h"), Variable("t"));
  if (operand < parts.carries) return Dot(after, Derivative(step, At(Variable("h"), Before())));
  if (operand < parts.inputs()) return Dot(after, Derivative(step, Indexed(c.x(operand), Variable("t"))));
  return Over("∑", Variable("t"), Dot(after, Derivative(step, c.x(operand))));
}

}  // namespace nnc::view
