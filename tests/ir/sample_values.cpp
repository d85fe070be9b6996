#include "tests/ir/sample_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nnc::ir {

namespace {

// Numbers 0.3 to 2.3 with random signs, in random order and no two alike, nor like those of another operand.
std::vector<double> DistinctMagnitudes(int64_t count, size_t operand, Random& random) {
  std::vector<double> values(count);
  double spacing = 2.0 / static_cast<double>(std::max<int64_t>(count, 1));
  for (int64_t i = 0; i < count; ++i) {
    values[i] = 0.3 + spacing * (static_cast<double>(i) + 0.2 + 0.25 * static_cast<double>(operand));
  }
  for (int64_t i = count - 1; i > 0; --i) std::swap(values[i], values[random.Int(0, i)]);
  for (double& value : values) value = random.Chance(50) ? -value : value;
  return values;
}

// Moves a smooth number to where operand `operand` of `op` has a derivative.
double IntoDomain(Op op, size_t operand, double x) {
  bool positive = op == Op::kLog || op == Op::kSqrt || op == Op::kRsqrt || (op == Op::kPow && operand == 0);
  if (positive) return std::abs(x);
  if (op == Op::kLog1p) return x < 0 ? x / 3 : x;
  if (op == Op::kRound) return std::floor(x) + 0.1 + 0.3 * (x - std::floor(x));  // not half-way between integers
  if (op != Op::kMod) return x;
  // A quotient between two integers.
  return operand == 0 ? std::floor(x) + 0.2 + 0.25 * (x - std::floor(x)) : (x < 0 ? 1 : 2);
}

double AnyFloat(Random& random) {
  static const std::vector<double> kEdges = {0, 1, -1, 2, 0.5, -0.5, 1.5, 2.5, -2.5};
  if (random.Chance(30)) return random.Among(kEdges);
  return (random.Unit() * 2 - 1) * (random.Chance(20) ? 20 : 3);
}

template <class T>
double ExtremeFloat(Random& random) {
  using Limits = std::numeric_limits<T>;
  static const std::vector<double> kExtremes = {Limits::quiet_NaN(),
                                                Limits::infinity(),
                                                -Limits::infinity(),
                                                -0.0,
                                                Limits::max(),
                                                Limits::lowest(),
                                                Limits::min(),
                                                1e30,
                                                -1e30};
  return random.Among(kExtremes);
}

int64_t AnyInteger(Element element, Random& random) {
  if (element == Element::kBool) return random.Int(0, 1);
  return element == Element::kU8 ? random.Int(0, 9) : random.Int(-5, 6);
}

}  // namespace

int64_t ExtremeInteger(Element element, Random& random) {
  if (element == Element::kU8) return random.Among<int64_t>({127, 128, 254, 255});
  if (element == Element::kI32) return random.Among<int64_t>({INT32_MIN, INT32_MAX, INT32_MIN + 1, 1 << 16});
  if (element == Element::kI64) return random.Among<int64_t>({INT64_MIN, INT64_MAX, INT64_MIN + 1, int64_t{1} << 32});
  return random.Int(0, 1);
}

Tensor SampleTensor(Op op, size_t operand, const Type& type, SampleValues kind, Random& random) {
  std::vector<int64_t> shape = Values(type.shape);
  int64_t count = type.elements();
  bool special = kind == SampleValues::kSpecial;
  if (!IsFloat(type.element)) {
    std::vector<int64_t> values(count);
    for (int64_t& value : values) {
      value = special && random.Chance(20) ? ExtremeInteger(type.element, random) : AnyInteger(type.element, random);
    }
    return Tensor::Ints(shape, values, type.element);
  }
  std::vector<double> values = DistinctMagnitudes(count, operand, random);
  for (double& value : values) {
    value = IntoDomain(op, operand, value);
    if (kind != SampleValues::kSmooth) value = AnyFloat(random);
    if (special && random.Chance(20)) {
      value = type.element == Element::kF64 ? ExtremeFloat<double>(random) : ExtremeFloat<float>(random);
    }
    if (type.element == Element::kF32) value = static_cast<float>(value);
    if (type.element == Element::kBF16) value = RoundToBF16(value);
  }
  return Tensor::Floats(shape, values, type.element);
}

}  // namespace nnc::ir
