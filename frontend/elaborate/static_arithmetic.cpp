#include "frontend/elaborate/static_arithmetic.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>

namespace nnc {

namespace {

using ast::BinaryOp;
using ir::Dim;

// What any two ordered values of one kind compare as.
template <class T>
std::optional<bool> Compare(BinaryOp op, const T& a, const T& b) {
  switch (op) {
    case BinaryOp::kEq:
      return a == b;
    case BinaryOp::kNe:
      return a != b;
    case BinaryOp::kLt:
      return a < b;
    case BinaryOp::kLe:
      return a <= b;
    case BinaryOp::kGt:
      return a > b;
    case BinaryOp::kGe:
      return a >= b;
    default:
      return std::nullopt;
  }
}

bool IsComparison(BinaryOp op) { return Compare(op, 0, 0).has_value(); }

class IntArithmetic {
 public:
  IntArithmetic(Elaborator& elaborator, Frame& frame, Span span)
      : elaborator_(elaborator), frame_(frame), span_(span) {}

  std::optional<Value> Apply(BinaryOp op, const Dim& a, const Dim& b) const {
    if (IsComparison(op)) return CompareInts(op, a, b);
    switch (op) {
      case BinaryOp::kAdd:
        return Value(a + b);
      case BinaryOp::kSub:
        return Value(a - b);
      case BinaryOp::kMul:
        return Value(a * b);
      case BinaryOp::kDiv:
        return b == Dim(0) ? Fail("an int is divided by zero") : Value(FloorDiv(a, b));
      case BinaryOp::kMod:
        return b == Dim(0) ? Fail("the remainder of a division by zero") : Value(Mod(a, b));
      case BinaryOp::kPow:
        return Power(a, b);
      default:
        return std::nullopt;
    }
  }

 private:
  Value Fail(std::string message) const {
    return elaborator_.Fail(frame_, DiagnosticKind::kStaticArithmetic, span_, std::move(message));
  }

  // Symbolic dimensions compare where their difference is a number.
  Value CompareInts(BinaryOp op, const Dim& a, const Dim& b) const {
    Dim difference = a - b;
    if (difference.is_constant()) return *Compare<int64_t>(op, difference.value(), 0);
    return elaborator_.Fail(frame_, DiagnosticKind::kNotStatic, span_,
                            fmt::format("whether {} {} {} is not known when compiling", a.str(), Symbol(op), b.str()),
                            "a dimension variable stands for any size");
  }

  Value Power(const Dim& base, const Dim& exponent) const {
    if (!exponent.is_constant() || exponent.value() < 0) {
      return Fail(fmt::format("an int to the power {}: the exponent must be a number from 0", exponent.str()));
    }
    int64_t n = exponent.value();
    bool repeats = base == Dim(0) || base == Dim(1) || base == Dim(-1);  // base^n = base^(n - 2) from n = 3
    if (repeats && n > 2) n = 2 - n % 2;
    if (n > 63) throw ir::DimOverflow();
    Dim result = 1;
    for (int64_t i = 0; i < n; ++i) result = result * base;
    return Value(result);
  }

  Elaborator& elaborator_;
  Frame& frame_;
  Span span_;
};

std::optional<Value> FloatArithmetic(BinaryOp op, double a, double b) {
  if (auto result = Compare(op, a, b)) return Value(*result);
  switch (op) {
    case BinaryOp::kAdd:
      return Value(a + b);
    case BinaryOp::kSub:
      return Value(a - b);
    case BinaryOp::kMul:
      return Value(a * b);
    case BinaryOp::kDiv:
      return Value(a / b);
    case BinaryOp::kMod:
      return Value(a - b * std::floor(a / b));
    case BinaryOp::kPow:
      return Value(std::pow(a, b));
    default:
      return std::nullopt;
  }
}

std::optional<Value> BoolArithmetic(BinaryOp op, bool a, bool b) {
  switch (op) {
    case BinaryOp::kAnd:
      return Value(a && b);
    case BinaryOp::kOr:
      return Value(a || b);
    case BinaryOp::kEq:
      return Value(a == b);
    case BinaryOp::kNe:
      return Value(a != b);
    default:
      return std::nullopt;
  }
}

std::optional<Value> StringArithmetic(BinaryOp op, const std::string& a, const std::string& b) {
  if (op == BinaryOp::kAdd) return Value(a + b);
  if (op == BinaryOp::kEq || op == BinaryOp::kNe) return Value(*Compare(op, a, b));
  return std::nullopt;
}

// An int beside a float: fine as an exponent, an error otherwise.
std::optional<Value> MixedArithmetic(Elaborator& elaborator, Frame& frame, BinaryOp op, const Operand& a,
                                     const Operand& b) {
  if (op == BinaryOp::kAnd || op == BinaryOp::kOr || op == BinaryOp::kMatMul) return std::nullopt;
  const Dim* exponent = b.value.AsInt();
  if (op == BinaryOp::kPow && exponent != nullptr && exponent->is_constant()) {
    return Value(std::pow(*a.value.AsFloat(), static_cast<double>(exponent->value())));
  }
  const Operand& integer = exponent != nullptr ? b : a;
  return IntWithFloat(elaborator, frame, integer.span, *integer.value.AsInt(), "a float");
}

}  // namespace

std::optional<Value> StaticBinary(Elaborator& elaborator, Frame& frame, Span span, BinaryOp op, const Operand& a,
                                  const Operand& b) {
  const Value &x = a.value, &y = b.value;
  try {
    if (x.AsInt() && y.AsInt()) return IntArithmetic(elaborator, frame, span).Apply(op, *x.AsInt(), *y.AsInt());
  } catch (const ir::DimOverflow& overflow) {
    return elaborator.Fail(
        frame, DiagnosticKind::kStaticArithmetic, span,
        fmt::format("{} {} {} {}", x.AsInt()->str(), Symbol(op), y.AsInt()->str(), overflow.reason()));
  }
  if (x.AsFloat() && y.AsFloat()) return FloatArithmetic(op, *x.AsFloat(), *y.AsFloat());
  if (x.AsBool() && y.AsBool()) return BoolArithmetic(op, *x.AsBool(), *y.AsBool());
  if (x.AsString() && y.AsString()) {
    elaborator.Spend(frame, span, (x.AsString()->size() + y.AsString()->size()) / 16);
    return StringArithmetic(op, *x.AsString(), *y.AsString());
  }
  if ((x.AsInt() && y.AsFloat()) || (x.AsFloat() && y.AsInt())) return MixedArithmetic(elaborator, frame, op, a, b);
  if (x.AsList() && y.AsList() && op == BinaryOp::kAdd) {
    elaborator.Spend(frame, span, x.AsList()->size() + y.AsList()->size());
    std::vector<Value> joined = *x.AsList();
    joined.insert(joined.end(), y.AsList()->begin(), y.AsList()->end());
    return Value::List(std::move(joined));
  }
  return std::nullopt;
}

}  // namespace nnc
