// Type rules of derivatives.
#include <fmt/format.h>

#include "ir/type_rules_internal.h"

namespace nnc::ir {

namespace {

// Operand `i` must be a float for a derivative to exist.
MaybeError CheckDifferentiable(const TypeQuery& query, size_t i) {
  auto error = CheckFloat(query, i);
  if (error) error->kind = DiagnosticKind::kNotDifferentiable;
  return error;
}

// Operand `b` must have the type of operand `a`.
MaybeError CheckSameType(const TypeQuery& query, size_t a, size_t b) {
  const Type &x = query.operand(a), &y = query.operand(b);
  if (x == y) return std::nullopt;
  DiagnosticKind kind = x.element != y.element ? DiagnosticKind::kElementMismatch
                        : x.rank() != y.rank() ? DiagnosticKind::kRankMismatch
                                               : DiagnosticKind::kShapeMismatch;
  TypeError error{kind, fmt::format("operand {} of `{}` must be {}, as operand {} is, but it is {}", b + 1,
                                    query.mnemonic(), ToString(x), a + 1, ToString(y))};
  error.operand_a = static_cast<int>(a);
  error.operand_b = static_cast<int>(b);
  return error;
}

}  // namespace

TypeResult InferVjp(const TypeQuery& query) {
  for (size_t i = 0; i < 2; ++i) {
    if (auto error = CheckDifferentiable(query, i)) return *error;
  }
  if (auto error = CheckSameType(query, 0, 2)) return *error;
  return query.operand(1);
}

TypeResult InferJacobian(const TypeQuery& query) {
  for (size_t i = 0; i < 2; ++i) {
    if (auto error = CheckDifferentiable(query, i)) return *error;
  }
  Type result(query.operand(1).element, query.operand(0).shape);
  const Shape& by = query.operand(1).shape;
  result.shape.insert(result.shape.end(), by.begin(), by.end());
  Product(result.shape);  // throws where it overflows, and so do the seeds of all rows
  Product({Product(query.operand(0).shape), Product(query.operand(0).shape)});
  return result;
}

TypeResult InferCustomVjp(const TypeQuery& query) {
  size_t count = query.operands.size();
  if (count < 4 || count % 2 != 0) {
    return TypeError{DiagnosticKind::kTypeMismatch,
                     fmt::format("`{}` takes a value, its adjoint, arguments and as many derivatives, not {} operands",
                                 query.mnemonic(), count)};
  }
  size_t arguments = count / 2 - 1;
  for (size_t i = 0; i < 2 + arguments; ++i) {
    if (auto error = CheckDifferentiable(query, i)) return *error;
  }
  if (auto error = CheckSameType(query, 0, 1)) return *error;
  for (size_t i = 2; i < 2 + arguments; ++i) {
    if (auto error = CheckSameType(query, i, i + arguments)) return *error;
  }
  return query.operand(0);
}

}  // namespace nnc::ir
