// How far off generated code may be: a running error analysis of the reference evaluator.
//
// Every element carries, besides the evaluator's number x, a bound E: whatever an implementation makes of the same
// program, it is within E of x. The bound of a result follows from those of its operands and from the op's own
// roundings (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition; u is the unit roundoff of the
// element type, 2^-24 for f32):
//   - an op of arithmetic rounds by u|y|, and by the smallest normal number where its result is flushed to zero
//     (section 2.2 and equation 2.8); it may be made of two, such as a division by a reciprocal;
//   - an elementary function is off by at most 4 units in the last place, 8u|y| (codegen/vector_math.h);
//   - a sum of n terms in whatever order is off by n u sum |x_i| (section 4.2, equation 4.4), a sum of products by
//     n u sum |x_i y_i| (section 3.1, equation 3.5), a product of n factors by (1 + 2u)^n - 1 of itself (lemma 3.1);
//   - what the operands' bounds do to the result (section 3.3, running error analysis) is found by evaluating functions
//     that are monotone in each operand at the corners of the box x +- E: it needs no derivative, and is not an
//     estimate. Sums, movements and products of matrices are linear: they are applied to the bounds.
// Where a result jumps within the box - a comparison, a rounding to an integer, an index of a maximum, a pole - nothing
// can be said of it, nor of what is computed from it: its bound is infinite. Of NaN and infinities nothing is said
// either unless the whole box has the same one; then it is exact.
#pragma once

#include <vector>

#include "ir/evaluate.h"
#include "ir/function.h"

namespace nnc::ir {

// What is assumed to compute.
enum class Precision {
  kElement,  // generated code: each float in its own element type. A number beyond its range is infinite
  kDouble,   // another order of the evaluator's own arithmetic: f32 is held as f64
};

struct Bounded {
  Tensor value;
  std::vector<double> error;  // of each element; 0 where it is exact, infinite where it is undecided

  bool IsDecided() const;
};

// An argument: exact.
Bounded Exact(Tensor value);

// One op on operands with their bounds. Throws std::logic_error on loops and requests: see Unroll and
// passes::ExpandGradients.
Bounded BoundNode(const Node& node, const std::vector<const Bounded*>& operands, Precision precision);

// The results of a function without loops and requests.
std::vector<Bounded> Bound(const Function& function, const std::vector<const Bounded*>& arguments, Precision precision);
std::vector<Bounded> Bound(const Function& function, const std::vector<Tensor>& arguments, Precision precision);

// Where `actual` is further off than the bound, in words; "" where nowhere. NaN is NaN and infinities have signs; what
// is undecided may be anything.
std::string FirstDifference(const Tensor& actual, const Bounded& expected);

}  // namespace nnc::ir
