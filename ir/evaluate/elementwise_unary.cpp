// Elementwise ops of one operand.
#include <cmath>
#include <numbers>

#include "ir/evaluate/map.h"

namespace nnc::ir {

namespace {

template <class F>
Tensor MapFloat(const Node& node, const Operands& operands, F f) {
  return Map<double, double>(node, *operands[0], f);
}

// For ops of any number; integers are computed in the ring modulo 2^64, so that `f` may not overflow.
template <class F, class G>
Tensor MapNumber(const Node& node, const Operands& operands, F of_float, G of_integer) {
  if (IsFloat(operands[0]->element)) return Map<double, double>(node, *operands[0], of_float);
  return Map<int64_t, int64_t>(node, *operands[0], of_integer);
}

int64_t Negated(int64_t x) { return static_cast<int64_t>(-static_cast<uint64_t>(x)); }

}  // namespace

Tensor EvalNeg(const Node& node, const Operands& operands) {
  return MapNumber(node, operands, [](double x) { return -x; }, Negated);
}

Tensor EvalAbs(const Node& node, const Operands& operands) {
  return MapNumber(
      node, operands, [](double x) { return std::abs(x); }, [](int64_t x) { return x < 0 ? Negated(x) : x; });
}

Tensor EvalSign(const Node& node, const Operands& operands) {
  return MapNumber(
      node, operands, [](double x) { return std::isnan(x) ? x : (x > 0) - (x < 0); },
      [](int64_t x) { return (x > 0) - (x < 0); });
}

Tensor EvalExp(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::exp(x); });
}

Tensor EvalLog(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::log(x); });
}

Tensor EvalLog1p(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::log1p(x); });
}

Tensor EvalExpm1(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::expm1(x); });
}

Tensor EvalSqrt(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::sqrt(x); });
}

Tensor EvalRsqrt(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return 1 / std::sqrt(x); });
}

Tensor EvalSin(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::sin(x); });
}

Tensor EvalCos(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::cos(x); });
}

Tensor EvalTanh(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::tanh(x); });
}

// By exp of a negative number on either side, so that small results keep their digits.
Tensor EvalSigmoid(const Node& node, const Operands& operands) {
  return MapFloat(node, operands,
                  [](double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); });
}

Tensor EvalErf(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::erf(x); });
}

Tensor EvalNormalCdf(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::erfc(x * -std::numbers::sqrt2 / 2) / 2; });
}

Tensor EvalFloor(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::floor(x); });
}

Tensor EvalCeil(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::ceil(x); });
}

Tensor EvalRound(const Node& node, const Operands& operands) {
  return MapFloat(node, operands, [](double x) { return std::nearbyint(x); });  // the default mode: ties to even
}

Tensor EvalIsFinite(const Node& node, const Operands& operands) {
  return Map<int64_t, double>(node, *operands[0], [](double x) { return std::isfinite(x); });
}

Tensor EvalNot(const Node& node, const Operands& operands) {
  return Map<int64_t, int64_t>(node, *operands[0], [](int64_t x) { return !x; });
}

Tensor EvalStopGradient(const Node& node, const Operands& operands) {
  return MapNumber(node, operands, [](double x) { return x; }, [](int64_t x) { return x; });
}

namespace {

// Towards zero; what is out of range goes to the nearest end, NaN to 0.
int64_t Truncated(Element element, double x) {
  if (element == Element::kBool) return x != 0;
  if (std::isnan(x)) return 0;
  if (x <= static_cast<double>(LeastInteger(element))) return LeastInteger(element);
  if (x >= static_cast<double>(GreatestInteger(element))) return GreatestInteger(element);
  return static_cast<int64_t>(x);
}

}  // namespace

Tensor EvalCast(const Node& node, const Operands& operands) {
  const Tensor& x = *operands[0];
  Element to = node.type.element;
  if (IsFloat(x.element) && IsFloat(to)) return Map<double, double>(node, x, [](double v) { return v; });
  if (IsFloat(x.element)) return Map<int64_t, double>(node, x, [to](double v) { return Truncated(to, v); });
  if (IsFloat(to)) return Map<double, int64_t>(node, x, [](int64_t v) { return v; });
  return Map<int64_t, int64_t>(node, x, [](int64_t v) { return v; });
}

}  // namespace nnc::ir
