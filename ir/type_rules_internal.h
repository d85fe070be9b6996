// What the files of type rules share. Not for use outside ir/type_rules*.cpp.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "ir/type_rules.h"

namespace nnc::ir {

// What a rule sees of a node.
struct TypeQuery {
  Op op;
  std::span<const Type> operands;
  const Attributes& attributes;

  const Type& operand(size_t i) const { return operands[i]; }
  std::string_view mnemonic() const { return InfoOf(op).mnemonic; }
  template <class T>
  const T& attribute(AttributeKey key) const {
    return attributes.Get<T>(key);
  }
};

using TypeResult = std::variant<Type, TypeError>;
using MaybeError = std::optional<TypeError>;

// One rule for each name in the rule column of the op table.
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  TypeResult Infer##rule(const TypeQuery& query);
#include "ir/ops.def"
#undef NNC_OP

// "f32[N, 1] and f32[N]", "a, b and c".
std::string ListTypes(std::span<const Type> types);

// Errors that several rules give; nullopt where all is well.
MaybeError CheckSameElement(const TypeQuery& query, size_t first = 0);  // of the operands from number `first` on
MaybeError CheckNumber(const TypeQuery& query, size_t operand);
MaybeError CheckFloat(const TypeQuery& query, size_t operand);
MaybeError CheckAxis(const TypeQuery& query, size_t operand, int64_t axis);
MaybeError CheckSizes(const TypeQuery& query, const Shape& shape);  // no constant dimension is negative

}  // namespace nnc::ir
