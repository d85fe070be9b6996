// What makes the samples of an op, and the functions that do it by type rule.
#pragma once

#include <utility>
#include <vector>

#include "tests/ir/op_samples.h"
#include "tests/ir/random.h"

namespace nnc::ir {

inline constexpr Element kF32 = Element::kF32, kF64 = Element::kF64, kBF16 = Element::kBF16, kI32 = Element::kI32,
                         kI64 = Element::kI64, kU8 = Element::kU8, kBool = Element::kBool;
using K = AttributeKey;

// Collects samples of one op.
class SampleMaker {
 public:
  SampleMaker(Op op, SampleValues kind) : op_(op), kind_(kind), random_(0x5EED + static_cast<uint64_t>(op)) {}

  Op op() const { return op_; }
  SampleValues kind() const { return kind_; }
  Random& random() { return random_; }
  std::vector<OpSample>& samples() { return samples_; }

  // A call of the op on arguments of these types.
  void Add(const std::vector<Type>& operands, Attributes attributes = {});
  // As Add, where operand 1 is ids of rows of operand 0.
  void AddIndexed(const std::vector<Type>& operands);

 private:
  int64_t AnyId(Element element, int64_t last);

  Op op_;
  SampleValues kind_;
  Random random_;
  std::vector<OpSample> samples_;
};

// Shapes of one operand.
extern const std::vector<Shape> kShapes;

// One function for each type rule.
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) void SamplesOf##rule(SampleMaker& maker);
#include "ir/ops.def"
#undef NNC_OP

}  // namespace nnc::ir
