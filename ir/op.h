// Op kinds and what the table says of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nnc::ir {

enum class Op : uint8_t {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) k##name,
#include "ir/ops.def"
#undef NNC_OP
};

enum class OpClass : uint8_t {
  kSource,
  kElementwise,
  kReduce,
  kMovement,
  kIndex,
  kLine,
  kContraction,
  kLoop,
  kRequest
};
enum class Gradient : uint8_t { kVjp, kZero, kNever, kLoop };

// Keys of attributes, printed in lower case: `{axes = [1], keepdims = true}`.
enum class AttributeKey : uint8_t {
#define NNC_ATTRIBUTE(name, text, type) k##name,
#include "ir/attributes.def"
#undef NNC_ATTRIBUTE
};

struct OpInfo {
  std::string_view name;      // "ReduceSum"
  std::string_view mnemonic;  // "reduce_sum"
  int operands;               // -1: any number from 1
  OpClass op_class;
  Gradient gradient;
  std::vector<AttributeKey> attributes;
};

const OpInfo& InfoOf(Op op);
const std::vector<Op>& AllOps();
std::optional<Op> OpNamed(std::string_view mnemonic);

inline bool IsElementwise(Op op) { return InfoOf(op).op_class == OpClass::kElementwise; }

std::string_view Name(AttributeKey key);
std::optional<AttributeKey> AttributeNamed(std::string_view name);

}  // namespace nnc::ir
