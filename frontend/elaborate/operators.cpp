#include "frontend/elaborate/operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/static_arithmetic.h"

namespace nnc {

namespace {

using ast::BinaryOp;
using ir::Op;

struct OperatorRow {
  BinaryOp op;
  std::string_view symbol;
  Op tensor_op;
};

// In the order of ast::BinaryOp.
constexpr std::array<OperatorRow, 15> kOperators = {{
    {BinaryOp::kAdd, "+", Op::kAdd},
    {BinaryOp::kSub, "-", Op::kSub},
    {BinaryOp::kMul, "*", Op::kMul},
    {BinaryOp::kDiv, "/", Op::kDiv},
    {BinaryOp::kMod, "%", Op::kMod},
    {BinaryOp::kMatMul, "@", Op::kMatMul},
    {BinaryOp::kPow, "**", Op::kPow},
    {BinaryOp::kEq, "==", Op::kEq},
    {BinaryOp::kNe, "!=", Op::kNe},
    {BinaryOp::kLt, "<", Op::kLt},
    {BinaryOp::kLe, "<=", Op::kLe},
    {BinaryOp::kGt, ">", Op::kGt},
    {BinaryOp::kGe, ">=", Op::kGe},
    {BinaryOp::kAnd, "and", Op::kAnd},
    {BinaryOp::kOr, "or", Op::kOr},
}};

const OperatorRow& RowOf(BinaryOp op) { return kOperators[static_cast<size_t>(op)]; }

// What can stand beside a tensor in an operator.
bool TensorLike(const Value& value) { return value.AsTensor() || value.is_number(); }

// x ** n for a small n: products, exact and cheap to differentiate.
Value SmallPower(Elaborator& elaborator, Frame& frame, Span span, const Value& base, int64_t exponent) {
  Value result = base;
  for (int64_t i = 1; i < exponent; ++i) result = elaborator.Apply(frame, span, Op::kMul, {result, base});
  return result;
}

// `**` takes an int exponent with a float base.
Value TensorPower(Elaborator& elaborator, Frame& frame, Span span, const Operand& base, const Operand& exponent) {
  const ir::Dim* n = exponent.value.AsInt();
  if (n == nullptr || !n->is_constant() || !base.value.AsTensor()) {
    return elaborator.Apply(frame, span, Op::kPow, {base.value, exponent.value});
  }
  if (n->value() >= 1 && n->value() <= 4) return SmallPower(elaborator, frame, span, base.value, n->value());
  bool floats = ir::IsFloat(elaborator.TypeOf(frame, base.value).element);
  Value number = floats ? Value(static_cast<double>(n->value())) : exponent.value;
  return elaborator.Apply(frame, span, Op::kPow, {base.value, number});
}

// Both operands as tensors: static numbers take the element type of the other side, and are blamed where they stand.
Value TensorBinary(Elaborator& elaborator, Frame& frame, Span span, BinaryOp op, const Operand& a, const Operand& b) {
  if (op == BinaryOp::kMatMul) return MatrixProduct(elaborator, frame, span, a.value, b.value);
  if (op == BinaryOp::kPow) return TensorPower(elaborator, frame, span, a, b);
  const Value& tensor = a.value.AsTensor() ? a.value : b.value;
  ir::Element element = elaborator.TypeOf(frame, tensor).element;
  Value x = elaborator.ToTensor(frame, a.span, a.value, element);
  Value y = elaborator.ToTensor(frame, b.span, b.value, element);
  return elaborator.Apply(frame, span, RowOf(op).tensor_op, {x, y});
}

}  // namespace

std::string_view Symbol(BinaryOp op) { return RowOf(op).symbol; }

std::string InSourceTerms(Op op, std::string message) {
  for (const OperatorRow& row : kOperators) {
    if (row.tensor_op != op) continue;
    std::string mnemonic = fmt::format("`{}`", ir::InfoOf(op).mnemonic);
    if (message.starts_with(mnemonic)) message.replace(0, mnemonic.size(), fmt::format("`{}`", row.symbol));
  }
  return message;
}

Value IntWithFloat(Elaborator& elaborator, const Frame& frame, Span span, const ir::Dim& value,
                   const std::string& wanted) {
  std::string_view line = elaborator.sources().Line(span);
  std::string text(line.substr(std::min<size_t>(span.column - 1, line.size()), span.length));
  bool literal = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  std::string help = literal ? fmt::format("write `{}.0`", text) : fmt::format("convert it by name: `float({})`", text);
  return elaborator.Fail(frame, DiagnosticKind::kIntWithFloat, span,
                         fmt::format("the int {} where {} is needed", value.str(), wanted), help);
}

Value EvaluateUnary(Elaborator& elaborator, Frame& frame, Span span, ast::UnaryOp op, const Operand& operand) {
  const Value& value = operand.value;
  if (value.poison()) return value;
  if (op == ast::UnaryOp::kNot) {
    if (value.AsBool()) return Value(!*value.AsBool());
    if (value.AsTensor()) return elaborator.Apply(frame, span, Op::kNot, {value});
  } else {
    bool negative = op == ast::UnaryOp::kNeg;
    if (value.AsInt()) return negative ? Value(-*value.AsInt()) : value;
    if (value.AsFloat()) return negative ? Value(-*value.AsFloat()) : value;
    if (value.AsTensor()) return negative ? elaborator.Apply(frame, span, Op::kNeg, {value}) : value;
    if (value.AsSet()) {
      Value sign(negative ? -1.0 : 1.0);
      return ParameterSetArithmetic(elaborator, frame, span, BinaryOp::kMul, value, sign);
    }
  }
  return elaborator.Fail(
      frame, DiagnosticKind::kTypeMismatch, operand.span,
      fmt::format("`{}` of {}", op == ast::UnaryOp::kNot ? "not" : "-", elaborator.Describe(frame, value)));
}

Value EvaluateBinary(Elaborator& elaborator, Frame& frame, Span span, BinaryOp op, const Operand& a, const Operand& b) {
  if (a.value.poison() || b.value.poison()) return Poison{};
  if (a.value.AsSet() || b.value.AsSet()) {
    return ParameterSetArithmetic(elaborator, frame, span, op, a.value, b.value);
  }
  if (a.value.As<std::shared_ptr<const FieldSource>>() || b.value.As<std::shared_ptr<const FieldSource>>()) {
    return SourceArithmetic(elaborator, frame, span, op, a.value, b.value);
  }
  if (std::optional<Value> result = StaticBinary(elaborator, frame, span, op, a, b)) return *result;
  bool tensors = (a.value.AsTensor() && TensorLike(b.value)) || (b.value.AsTensor() && TensorLike(a.value));
  if (tensors) return TensorBinary(elaborator, frame, span, op, a, b);
  return elaborator.Fail(frame, DiagnosticKind::kTypeMismatch, span,
                         fmt::format("`{}` of {} and {}", Symbol(op), elaborator.Describe(frame, a.value),
                                     elaborator.Describe(frame, b.value)));
}

}  // namespace nnc
