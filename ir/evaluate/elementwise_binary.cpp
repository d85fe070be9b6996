// Elementwise ops of two and three operands.
#include <cmath>
#include <functional>

#include "ir/evaluate/map.h"

namespace nnc::ir {

namespace {

// For ops of any number. Integers are computed modulo 2^64, as unsigned, since signed overflow is undefined; Map then
// wraps them to their width.
template <class F, class G>
Tensor MapNumbers(const Node& node, const Operands& operands, F of_floats, G of_integers) {
  const Tensor &a = *operands[0], &b = *operands[1];
  if (IsFloat(a.element)) return Map<double, double>(node, a, b, of_floats);
  return Map<int64_t, int64_t>(node, a, b, of_integers);
}

template <class F>
Tensor MapRing(const Node& node, const Operands& operands, F f) {
  return MapNumbers(node, operands, f, [f](int64_t a, int64_t b) {
    return static_cast<int64_t>(f(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
  });
}

template <class F>
Tensor MapBools(const Node& node, const Operands& operands, F f) {
  return Map<int64_t, int64_t>(node, *operands[0], *operands[1], f);
}

template <class F>
Tensor Compare(const Node& node, const Operands& operands, F f) {
  const Tensor &a = *operands[0], &b = *operands[1];
  if (IsFloat(a.element)) return Map<int64_t, double>(node, a, b, f);
  return Map<int64_t, int64_t>(node, a, b, f);
}

int64_t FloorDivide(int64_t a, int64_t b) {
  if (b == 0) return 0;
  if (b == -1) return static_cast<int64_t>(-static_cast<uint64_t>(a));  // the least integer wraps
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

int64_t FloorRemainder(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return 0;
  int64_t remainder = a % b;
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

// By repeated squaring. Of negative powers only those of 1 and -1 are integers; the others are 0.
int64_t IntegerPower(int64_t base, int64_t exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
  uint64_t power = 1, square = static_cast<uint64_t>(base);
  for (; exponent > 0; exponent /= 2, square *= square) {
    if (exponent % 2 == 1) power *= square;
  }
  return static_cast<int64_t>(power);
}

}  // namespace

Tensor EvalAdd(const Node& node, const Operands& operands) { return MapRing(node, operands, std::plus<>()); }
Tensor EvalSub(const Node& node, const Operands& operands) { return MapRing(node, operands, std::minus<>()); }
Tensor EvalMul(const Node& node, const Operands& operands) { return MapRing(node, operands, std::multiplies<>()); }

Tensor EvalDiv(const Node& node, const Operands& operands) {
  return MapNumbers(node, operands, std::divides<>(), FloorDivide);
}

Tensor EvalMod(const Node& node, const Operands& operands) {
  return MapNumbers(node, operands, [](double a, double b) { return a - b * std::floor(a / b); }, FloorRemainder);
}

Tensor EvalPow(const Node& node, const Operands& operands) {
  return MapNumbers(node, operands, [](double a, double b) { return std::pow(a, b); }, IntegerPower);
}

Tensor EvalMax(const Node& node, const Operands& operands) {
  return MapNumbers(
      node, operands, [](double a, double b) { return std::isnan(a) || a > b ? a : b; },
      [](int64_t a, int64_t b) { return std::max(a, b); });
}

Tensor EvalMin(const Node& node, const Operands& operands) {
  return MapNumbers(
      node, operands, [](double a, double b) { return std::isnan(a) || a < b ? a : b; },
      [](int64_t a, int64_t b) { return std::min(a, b); });
}

Tensor EvalAnd(const Node& node, const Operands& operands) { return MapBools(node, operands, std::logical_and<>()); }
Tensor EvalOr(const Node& node, const Operands& operands) { return MapBools(node, operands, std::logical_or<>()); }

Tensor EvalEq(const Node& node, const Operands& operands) { return Compare(node, operands, std::equal_to<>()); }
Tensor EvalNe(const Node& node, const Operands& operands) { return Compare(node, operands, std::not_equal_to<>()); }
Tensor EvalLt(const Node& node, const Operands& operands) { return Compare(node, operands, std::less<>()); }
Tensor EvalLe(const Node& node, const Operands& operands) { return Compare(node, operands, std::less_equal<>()); }
Tensor EvalGt(const Node& node, const Operands& operands) { return Compare(node, operands, std::greater<>()); }
Tensor EvalGe(const Node& node, const Operands& operands) { return Compare(node, operands, std::greater_equal<>()); }

Tensor EvalFoldIn(const Node& node, const Operands& operands) {
  return Map<int64_t, int64_t>(node, *operands[0], *operands[1], [](int64_t key, int64_t data) {
    return FoldKey(static_cast<uint64_t>(key), static_cast<uint64_t>(data));
  });
}

Tensor EvalSelect(const Node& node, const Operands& operands) {
  Tensor result = ResultOf(node);
  Walk<3> start(result.shape,
                {BroadcastStrides(operands[0]->shape, result.shape), BroadcastStrides(operands[1]->shape, result.shape),
                 BroadcastStrides(operands[2]->shape, result.shape)});
  std::visit(
      [&]<class T>(std::vector<T>& to) {
        const auto &then = std::get<std::vector<T>>(operands[1]->data),
                   &otherwise = std::get<std::vector<T>>(operands[2]->data);
        auto next = to.begin();
        for (auto walk = start; !walk.done(); walk.Next()) {
          bool condition = operands[0]->ints()[walk.offset(0)] != 0;
          *next++ = condition ? then[walk.offset(1)] : otherwise[walk.offset(2)];
        }
      },
      result.data);
  return result;
}

}  // namespace nnc::ir
