// Errors of ops that look at more than one element, or move them.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/ir/error_bound_rules.h"

namespace nnc::ir {

namespace {

double TermsOf(const BoundContext& c) {
  return static_cast<double>(c.x(0).value.elements()) / std::max<double>(1, static_cast<double>(c.y.elements()));
}

double ExtentOf(const BoundContext& c) {
  return static_cast<double>(c.x(0).value.shape[c.node.attribute<int64_t>(AttributeKey::kAxis)]);
}

template <class F>
std::vector<double> ForEach(const Bounded& x, F f) {
  std::vector<double> result(x.error.size());
  for (size_t i = 0; i < result.size(); ++i) result[i] = f(x.value.number(static_cast<int64_t>(i)), x.error[i]);
  return result;
}

double NotFinite(double x, double) { return std::isfinite(x) ? 0 : 1; }
// An element that may be 0 or have either sign decides what an infinity becomes.
double Ambiguous(double x, double error) { return error > 0 && std::abs(x) <= error ? 1 : 0; }

struct Measured {
  double value, error;
};

// The tensor with `axis` last.
Tensor WithLast(const Tensor& tensor, int64_t axis) {
  Node node;
  node.op = Op::kTranspose;
  std::vector<int64_t> axes;
  for (int64_t i = 0; i < static_cast<int64_t>(tensor.shape.size()); ++i) {
    if (i != axis) axes.push_back(i);
  }
  axes.push_back(axis);
  Shape shape;
  for (int64_t i : axes) shape.push_back(tensor.shape[i]);
  node.attributes = {{AttributeKey::kAxes, axes}};
  node.type = Type(tensor.element, shape);
  return EvaluateNode(node, {&tensor});
}

// The lines of the operand along the node's axis, one after the other.
std::vector<std::vector<Measured>> LinesOf(const BoundContext& c) {
  auto axis = c.node.attribute<int64_t>(AttributeKey::kAxis);
  Tensor values = WithLast(c.x(0).value, axis);
  Tensor errors = WithLast(Tensor::Floats(c.x(0).value.shape, c.x(0).error, Element::kF64), axis);
  int64_t length = values.shape.back();
  std::vector<std::vector<Measured>> lines(length == 0 ? 0 : values.elements() / length);
  for (int64_t i = 0; i < values.elements(); ++i) lines[i / length].push_back({values.number(i), errors.number(i)});
  return lines;
}

// Whether it is certain which of two is greater, or that they are equal.
bool IsOrdered(const Measured& a, const Measured& b) {
  if (a.error == 0 && b.error == 0) return true;
  return a.error != kUndecided && b.error != kUndecided && !(std::abs(a.value - b.value) <= a.error + b.error);
}

[[noreturn]] Errors NotBounded(const BoundContext& c) { throw std::logic_error("no bound for " + c.node.name); }

}  // namespace

Errors BoundArgument(const BoundContext& c) { NotBounded(c); }
Errors BoundScan(const BoundContext& c) { NotBounded(c); }
Errors BoundPart(const BoundContext& c) { NotBounded(c); }
Errors BoundVjp(const BoundContext& c) { NotBounded(c); }
Errors BoundJacobian(const BoundContext& c) { NotBounded(c); }
Errors BoundCustomVjp(const BoundContext& c) { return c.x(0).error; }

Errors BoundSize(const BoundContext&) { return {0}; }
Errors BoundIota(const BoundContext& c) { return Errors(c.y.elements()); }
Errors BoundUniform(const BoundContext& c) { return Errors(c.y.elements(), c.x(0).error[0]); }

Errors BoundReduceSum(const BoundContext& c) { return c.Linear(TermsOf(c)); }
Errors BoundReduceMax(const BoundContext& c) { return c.Corners(kExactOp); }
Errors BoundReduceMin(const BoundContext& c) { return c.Corners(kExactOp); }

// Partial products may overflow, or fall to zero, in one order and not in another.
Errors BoundReduceProd(const BoundContext& c) {
  if (!IsFloat(c.y.element)) return c.Undecided();
  const Bounded& x = c.x(0);
  auto finite = [](double number) { return std::isfinite(number) ? std::abs(number) : 1; };
  std::vector<double> least = c.Applied({ForEach(x, [&](double v, double) { return finite(v); })});
  std::vector<double> most = c.Applied({ForEach(x, [&](double v, double e) { return finite(v) + e; })});
  std::vector<double> partial =
      c.Applied({ForEach(x, [&](double v, double e) { return std::max(1.0, finite(v) + e); })});
  Node sum = c.node;
  sum.op = Op::kReduceSum;
  BoundContext summed{sum, c.operands, c.y, c.rounding};
  std::vector<double> not_finite = summed.Applied({ForEach(x, NotFinite)});
  std::vector<double> ambiguous = summed.Applied({ForEach(x, Ambiguous)});
  double terms = TermsOf(c);
  Errors errors(most.size());
  for (size_t i = 0; i < errors.size(); ++i) {
    errors[i] = most[i] - least[i] + terms * c.rounding.smallest * partial[i];
    errors[i] = c.Summed(i, errors[i], 2 * terms, most[i]);
    bool unknown = partial[i] > c.rounding.largest || (not_finite[i] > 0 && ambiguous[i] > 0);
    if (unknown || std::isnan(errors[i])) errors[i] = kUndecided;
  }
  return errors;
}

Errors BoundArgMax(const BoundContext& c) {
  Errors errors;
  for (const std::vector<Measured>& line : LinesOf(c)) {
    const Measured& greatest = line[c.y.number(static_cast<int64_t>(errors.size()))];
    bool certain = std::ranges::all_of(
        line, [&](const Measured& other) { return &other == &greatest || IsOrdered(greatest, other); });
    errors.push_back(certain ? 0 : kUndecided);
  }
  errors.resize(c.y.elements());
  return errors;
}

// Two neighbours of unknown order leave the whole result undecided.
Errors BoundArgSort(const BoundContext& c) {
  bool certain = true;
  for (std::vector<Measured>& line : LinesOf(c)) {
    std::ranges::stable_sort(line, [](const Measured& a, const Measured& b) {
      return a.value < b.value || (std::isnan(b.value) && !std::isnan(a.value));
    });
    for (size_t i = 1; i < line.size(); ++i) certain = certain && IsOrdered(line[i - 1], line[i]);
  }
  return Errors(c.y.elements(), certain ? 0 : kUndecided);
}

Errors BoundReshape(const BoundContext& c) { return c.x(0).error; }
Errors BoundTranspose(const BoundContext& c) { return c.Moved(); }
Errors BoundBroadcast(const BoundContext& c) { return c.Moved(); }
Errors BoundSlice(const BoundContext& c) { return c.Moved(); }
Errors BoundPad(const BoundContext& c) { return c.Moved(); }
Errors BoundConcat(const BoundContext& c) { return c.Moved(); }
Errors BoundReverse(const BoundContext& c) { return c.Moved(); }
Errors BoundShear(const BoundContext& c) { return c.Moved(); }
Errors BoundUnshear(const BoundContext& c) { return c.Moved(); }

Errors BoundTake(const BoundContext& c) {
  Errors errors = c.Applied({c.x(0).error});
  const Errors& ids = c.x(1).error;
  for (size_t i = 0; i < errors.size(); ++i) {
    if (ids[i / (errors.size() / ids.size())] != 0) errors[i] = kUndecided;
  }
  return errors;
}

Errors BoundScatterAdd(const BoundContext& c) {
  if (!c.x(1).IsDecided()) return Errors(c.y.elements(), kUndecided);
  return c.Linear(static_cast<double>(c.x(1).value.elements()) + 1);
}

Errors BoundCumSum(const BoundContext& c) { return c.Linear(ExtentOf(c)); }

Errors BoundMatMul(const BoundContext& c) {
  const Bounded &a = c.x(0), &b = c.x(1);
  std::vector<double> of_a = Magnitudes(a), of_b = Magnitudes(b);
  std::vector<double> by_a = c.Applied({a.error, of_b}), by_b = c.Applied({of_a, b.error});
  Errors errors(c.y.elements());
  if (!IsFloat(c.y.element)) {
    for (size_t i = 0; i < errors.size(); ++i) errors[i] = by_a[i] == 0 && by_b[i] == 0 ? 0 : kUndecided;
    return errors;
  }
  std::vector<double> sums = c.Applied({of_a, of_b});
  std::vector<double> unknown = c.Applied({ForEach(a, NotFinite), ForEach(b, Ambiguous)});
  std::vector<double> more_unknown = c.Applied({ForEach(a, Ambiguous), ForEach(b, NotFinite)});
  bool transposed = c.node.attribute<bool>(AttributeKey::kTransposeA);
  double terms = static_cast<double>(a.value.shape[a.value.shape.size() - (transposed ? 2 : 1)]);
  for (size_t i = 0; i < errors.size(); ++i) {
    bool undecided = sums[i] > c.rounding.largest || unknown[i] + more_unknown[i] > 0;
    errors[i] = undecided ? kUndecided : c.Summed(i, by_a[i] + by_b[i], terms, sums[i]);
  }
  return errors;
}

}  // namespace nnc::ir
