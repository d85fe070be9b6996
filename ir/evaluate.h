// The reference evaluator: slow, in f64, obviously right. Every pass and every kernel is judged against it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ir/function.h"

namespace nnc::ir {

// A tensor of the evaluator, row-major. Floats are held as double and, but for bf16, not rounded to their width between
// ops; each result in bf16 is rounded. Integers and bools are held as int64 and wrap to their width.
struct Tensor {
  Element element = Element::kF64;
  std::vector<int64_t> shape;
  std::variant<std::vector<double>, std::vector<int64_t>> data;  // doubles for float elements
  std::vector<Tensor> parts = {};                                // of a tuple, which has nothing else

  static Tensor Floats(std::vector<int64_t> shape, std::vector<double> values, Element element = Element::kF32);
  static Tensor Ints(std::vector<int64_t> shape, std::vector<int64_t> values, Element element = Element::kI32);
  int64_t elements() const;
  double number(int64_t i) const;  // element i as a double, whatever the element type
  std::vector<double>& floats() { return std::get<0>(data); }
  const std::vector<double>& floats() const { return std::get<0>(data); }
  std::vector<int64_t>& ints() { return std::get<1>(data); }
  const std::vector<int64_t>& ints() const { return std::get<1>(data); }
};

// Runs a function with constant shapes on its arguments in order; returns its results in order. `observe`, if given,
// sees every value as it is computed. Throws std::invalid_argument where arguments do not have the declared types, or
// on a request for a derivative (run passes::ExpandGradients first). Integer ids outside the table are clamped in Take
// and dropped in ScatterAdd, as in generated code.
std::vector<Tensor> Evaluate(const Function& function, const std::vector<Tensor>& arguments,
                             const std::function<void(Value, const Tensor&)>& observe = nullptr);

// One op on concrete operands; the piece that Evaluate applies node by node, and constant folding uses alone.
Tensor EvaluateNode(const Node& node, const std::vector<const Tensor*>& operands);

// The nearest number of 8 binary digits and f32's exponents, ties to even.
double RoundToBF16(double value);

// The random stream behind Uniform and FoldIn: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
// generators", OOPSLA 2014, figure 15), whose output number i from seed `key` is Mix64(key + (i + 1) *
// 0x9E3779B97F4A7C15).
uint64_t Mix64(uint64_t z);
inline uint64_t RandomBits(uint64_t key, uint64_t i) { return Mix64(key + (i + 1) * 0x9E3779B97F4A7C15u); }
// The key that FoldIn gives: Mix64(RandomBits(key, data) ^ 0xD1B54A32D192ED03).
inline uint64_t FoldKey(uint64_t key, uint64_t data) { return Mix64(RandomBits(key, data) ^ 0xD1B54A32D192ED03u); }
// Element i of Uniform: the top 24 bits times 2^-24 for f32 (and bf16, rounded down to 8 bits: top 8 bits times 2^-8),
// the top 53 bits times 2^-53 for f64.
double UniformAt(uint64_t key, uint64_t i, Element element);

}  // namespace nnc::ir
