#include "ir/type_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "ir/type_rules_internal.h"

namespace nnc::ir {

std::string FormError(Op op, size_t operands, const Attributes& attributes) {
  const OpInfo& info = InfoOf(op);
  bool count_fits = info.operands < 0 ? operands > 0 : operands == static_cast<size_t>(info.operands);
  if (!count_fits) {
    std::string wanted = info.operands < 0 ? "at least 1" : std::to_string(info.operands);
    return fmt::format("`{}` takes {} operand(s), not {}", info.mnemonic, wanted, operands);
  }
  for (AttributeKey key : info.attributes) {
    const Attribute* attribute = attributes.Find(key);
    if (attribute == nullptr) return fmt::format("`{}` lacks the attribute `{}`", info.mnemonic, Name(key));
    if (attribute->index() != AlternativeOf(key)) {
      return fmt::format("the attribute `{}` of `{}` has a value of another kind", Name(key), info.mnemonic);
    }
  }
  if (attributes.entries().size() == info.attributes.size()) return "";
  for (const auto& [key, value] : attributes.entries()) {
    if (std::find(info.attributes.begin(), info.attributes.end(), key) == info.attributes.end()) {
      return fmt::format("`{}` has no attribute `{}`", info.mnemonic, Name(key));
    }
  }
  return "";
}

std::variant<Type, TypeError> InferType(Op op, std::span<const Type> operands, const Attributes& attributes) {
  static constexpr TypeResult (*kRules[])(const TypeQuery&) = {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) Infer##rule,
#include "ir/ops.def"
#undef NNC_OP
  };
  for (const Type& operand : operands) {
    if (!operand.is_tuple() || op == Op::kPart) continue;
    return TypeError{DiagnosticKind::kTypeMismatch,
                     fmt::format("`{}` needs tensors, not {}", InfoOf(op).mnemonic, ToString(operand)),
                     "take a part of the tuple: `part`"};
  }
  try {
    TypeResult result = kRules[static_cast<size_t>(op)]({op, operands, attributes});
    if (const Type* type = std::get_if<Type>(&result)) CheckSize(*type);
    return result;
  } catch (const DimOverflow& overflow) {
    return TypeError{DiagnosticKind::kDimensionOverflow,
                     fmt::format("`{}` of {}: {}", InfoOf(op).mnemonic, ListTypes(operands), overflow.what())};
  }
}

std::string ListTypes(std::span<const Type> types) {
  std::string text;
  for (size_t i = 0; i < types.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == types.size() ? " and " : ", ") + ToString(types[i]);
  }
  return text.empty() ? "no operands" : text;
}

MaybeError CheckSameElement(const TypeQuery& query, size_t first) {
  for (size_t i = first + 1; i < query.operands.size(); ++i) {
    Element a = query.operand(first).element, b = query.operand(i).element;
    if (a == b) continue;
    TypeError error{DiagnosticKind::kElementMismatch,
                    fmt::format("`{}` needs one element type, but its operands are {}", query.mnemonic(),
                                ListTypes(query.operands)),
                    fmt::format("convert one of them by name: `{}(...)` or `{}(...)`", Name(a), Name(b))};
    error.operand_a = static_cast<int>(first);
    error.operand_b = static_cast<int>(i);
    return error;
  }
  return std::nullopt;
}

namespace {

TypeError WrongElement(const TypeQuery& query, size_t operand, std::string_view wanted) {
  TypeError error{DiagnosticKind::kTypeMismatch, fmt::format("`{}` needs {}, but operand {} is {}", query.mnemonic(),
                                                             wanted, operand + 1, ToString(query.operand(operand)))};
  error.operand_a = static_cast<int>(operand);
  return error;
}

}  // namespace

MaybeError CheckNumber(const TypeQuery& query, size_t operand) {
  if (IsNumber(query.operand(operand).element)) return std::nullopt;
  TypeError error = WrongElement(query, operand, "numbers");
  error.help = "convert it by name: `float(...)` gives 1.0 for true and 0.0 for false";
  return error;
}

MaybeError CheckFloat(const TypeQuery& query, size_t operand) {
  if (IsFloat(query.operand(operand).element)) return std::nullopt;
  TypeError error = WrongElement(query, operand, "floats");
  error.help = "convert it by name: `float(...)`";
  return error;
}

MaybeError CheckAxis(const TypeQuery& query, size_t operand, int64_t axis) {
  const Type& type = query.operand(operand);
  if (axis >= 0 && axis < type.rank()) return std::nullopt;
  TypeError error{DiagnosticKind::kBadAxis,
                  fmt::format("`{}` along axis {} of {}, which has {}", query.mnemonic(), axis, ToString(type),
                              type.rank() == 0   ? "no axes"
                              : type.rank() == 1 ? "only axis 0"
                                                 : fmt::format("axes 0 to {}", type.rank() - 1))};
  error.operand_a = static_cast<int>(operand);
  return error;
}

MaybeError CheckSizes(const TypeQuery& query, const Shape& shape) {
  for (const Dim& dim : shape) {
    if (!dim.is_constant() || dim.value() >= 0) continue;
    return TypeError{DiagnosticKind::kShapeMismatch,
                     fmt::format("`{}` to the shape {}, which has a negative size", query.mnemonic(), ToString(shape))};
  }
  return std::nullopt;
}

}  // namespace nnc::ir
