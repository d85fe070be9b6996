#include "ir/op.h"

#include <array>

namespace nnc::ir {

namespace {

const std::vector<OpInfo>& Table() {
  using K = AttributeKey;
  static const std::vector<OpInfo> table = {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  {#name, mnemonic, operands, OpClass::k##klass, Gradient::k##gradient, attributes},
#include "ir/ops.def"
#undef NNC_OP
  };
  return table;
}

constexpr std::array kAttributeNames = {
#define NNC_ATTRIBUTE(name, text, type) std::string_view(text),
#include "ir/attributes.def"
#undef NNC_ATTRIBUTE
};

}  // namespace

const OpInfo& InfoOf(Op op) { return Table()[static_cast<size_t>(op)]; }

const std::vector<Op>& AllOps() {
  static const std::vector<Op> ops = {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) Op::k##name,
#include "ir/ops.def"
#undef NNC_OP
  };
  return ops;
}

std::optional<Op> OpNamed(std::string_view mnemonic) {
  for (Op op : AllOps()) {
    if (InfoOf(op).mnemonic == mnemonic) return op;
  }
  return std::nullopt;
}

std::string_view Name(AttributeKey key) { return kAttributeNames[static_cast<size_t>(key)]; }

std::optional<AttributeKey> AttributeNamed(std::string_view name) {
  for (size_t i = 0; i < kAttributeNames.size(); ++i) {
    if (kAttributeNames[i] == name) return static_cast<AttributeKey>(i);
  }
  return std::nullopt;
}

}  // namespace nnc::ir
