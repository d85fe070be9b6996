// Parts that several formulas of op_formulas.cpp have in common.
#pragma once

#include "view/op_formulas.h"

namespace nnc::view {

inline Math Zero() { return Number(int64_t{0}); }
inline Math One() { return Number(int64_t{1}); }
inline Math Two() { return Number(int64_t{2}); }
inline Math Half() { return Fraction(One(), Two()); }
inline Math Square(const Math& a) { return Power(a, Two()); }

Math Derivative(const Math& y, const Math& x);  // ∂y/∂x

// Mul: a number before a tensor stands beside it, equal factors are a square.
Math Product(const FormulaContext& c);

// The axes of a reduction, and the axis of any other op, counted from 1 as mathematics does: "axis 2".
Math FoldedAxes(const FormulaContext& c);
Math Axis(const FormulaContext& c);

Math SizesOf(const ir::Type& type);  // SizesText

// `a` copied to a larger type: a 𝟏, with the size under the 𝟏.
Math Repeated(const Math& a, const ir::Type& type);
// The way back: `a`, of type `from`, summed over what broadcasting an operand of type `to` copied; `a` where it did
// not.
Math SumOfCopies(const Math& a, const ir::Type& from, const ir::Type& to);

// Transpose of `a`, or its inverse: ᵀ where it swaps the last two axes, else with its permutation.
Math Permuted(const FormulaContext& c, const Math& a, bool inverse);
Math SliceRange(const FormulaContext& c);   // "1:10" of the axis
Math Stacked(const FormulaContext& c);      // [a; b; c]
Math WindowIndex(const FormulaContext& c);  // o·stride + k·dilation, k

// Operand 0 or 1 of a product, with a T where the op takes it transposed; and its adjoint, for C = A B: C̄ Bᵀ and Aᵀ C̄.
Math Factor(const FormulaContext& c, size_t operand);
Math FactorAdjoint(const FormulaContext& c, size_t operand);

// An iteration, f(h before, the slice of this iteration); and what it passes back.
Math LoopStep(const FormulaContext& c);
Math LoopAdjoint(const FormulaContext& c, size_t operand);

}  // namespace nnc::view
