// Elementwise functions straight from the op table, and the casts. On static numbers they give static numbers.
#include <fmt/format.h>

#include <cmath>

#include "frontend/elaborate/builtins.h"
#include "ir/evaluate.h"

namespace nnc {
namespace {

using ir::Element;
using ir::Op;
using K = ir::AttributeKey;

Value FromTensor(const ir::Tensor& tensor) {
  if (ir::IsFloat(tensor.element)) return Value(tensor.floats()[0]);
  if (tensor.element == Element::kBool) return Value(tensor.ints()[0] != 0);
  return Value::Int(tensor.ints()[0]);
}

// Whether all are static numbers without dimension variables, and all of one kind; then `element` is the kind's widest
// type.
bool AllStatic(const std::vector<Value>& operands, Element& element) {
  for (const Value& operand : operands) {
    Element own;
    if (operand.AsFloat()) {
      own = Element::kF64;
    } else if (operand.AsBool()) {
      own = Element::kBool;
    } else if (operand.AsInt() && operand.AsInt()->is_constant()) {
      own = Element::kI64;
    } else {
      return false;
    }
    if (&operand != &operands.front() && own != element) return false;
    element = own;
  }
  return true;
}

// Computes an op on static numbers by the reference evaluator, so that there is one meaning of each op.
Value EvaluateStatic(BuiltinCall& call, Op op, const std::vector<Value>& operands, Element element) {
  ir::Function function;
  ir::Builder builder(function);
  std::vector<ir::Value> constants;
  for (const Value& operand : operands) {
    double number = operand.AsFloat()  ? *operand.AsFloat()
                    : operand.AsBool() ? *operand.AsBool()
                                       : static_cast<double>(operand.AsInt()->value());
    constants.push_back(builder.Constant(number, element));
  }
  try {
    function.AddResult("result", builder.Apply(op, constants));
  } catch (const ir::BuildError& error) {
    if (element != Element::kI64) return FailAt(call, 0, error.error.kind, error.error.message, error.error.help);
    std::string number = operands[0].AsInt()->str();
    return FailAt(call, 0, DiagnosticKind::kIntWithFloat,
                  fmt::format("`{}` needs a float, not the int {}", call.builtin.name, number),
                  fmt::format("write {}.0", number));
  }
  return FromTensor(ir::Evaluate(function, {})[0]);
}

// The op whose mnemonic is the builtin's name.
Value CallByName(BuiltinCall& call) {
  std::vector<Value> operands;
  for (const BoundArgument& argument : call.arguments) operands.push_back(argument.value);
  return ApplyElementwise(call, *ir::OpNamed(call.builtin.name), std::move(operands));
}

Value CallMaxMin(BuiltinCall& call) {
  bool max = call.builtin.name == "max";
  if (!call.given(1)) return ApplyReduction(call, max ? Op::kReduceMax : Op::kReduceMin, 2, 3);
  for (size_t i : {2, 3}) {
    if (!call.given(i)) continue;
    return FailAt(call, i, DiagnosticKind::kUnknownArgument,
                  fmt::format("`{}` of two tensors is elementwise and has no `{}`", call.builtin.name,
                              call.builtin.params[i].name));
  }
  return ApplyElementwise(call, max ? Op::kMax : Op::kMin, {call.value(0), call.value(1)});
}

Value CallWhere(BuiltinCall& call) { return ApplyAt(call, Op::kSelect, {call.value(0), call.value(1), call.value(2)}); }

// x limited from below, then from above; a bound may be left out. The derivative is 1 between them, bounds included, as
// in PyTorch, and NaN passes through.
Value CallClamp(BuiltinCall& call) {
  std::optional<ir::Value> x = TensorAt(call, 0);
  if (!x) return {};
  const Element element = TypeAt(call, *x).element;
  Value result = Value::Tensor(*x);
  for (size_t i : {1, 2}) {
    if (!call.given(i)) continue;
    Value bound = call.elaborator.ToTensor(call.frame, call.at(i), call.value(i), element);
    Value beyond = ApplyAt(call, i == 1 ? Op::kLt : Op::kGt, {result, bound});
    result = ApplyAt(call, Op::kSelect, {beyond, bound, result});
  }
  return result;
}

Element ElementOfCast(std::string_view name) {
  if (name == "float") return Element::kF32;
  if (name == "int") return Element::kI32;
  return *ir::ElementNamed(name);
}

// A tensor or static number as a tensor of `element`. Static numbers become constants of that type at once, without a
// detour through f32 or i32 that could lose digits.
Value Cast(BuiltinCall& call, const Value& value, Element element) {
  const ir::Dim* dim = value.AsInt();
  bool symbolic = dim && !dim->is_constant();
  Value tensor;
  if (symbolic) {
    tensor = call.elaborator.SizeTensor(call.frame, call.at(0), *dim, Element::kI64);
  } else if (dim && ir::IsFloat(element)) {
    tensor = call.elaborator.ToTensor(call.frame, call.at(0), Value(static_cast<double>(dim->value())), element);
  } else {
    bool own = (value.AsFloat() && ir::IsFloat(element)) || (dim && ir::IsInteger(element));
    tensor = call.elaborator.ToTensor(call.frame, call.at(0), value, own ? std::optional(element) : std::nullopt);
  }
  const ir::Value* x = tensor.AsTensor();
  if (!x || TypeAt(call, *x).element == element) return tensor;
  return ApplyAt(call, Op::kCast, {tensor}, {{K::kElement, element}});
}

// A static number as a number of another static kind: `float(n)`, `int(1.5)`, `bool(n)`.
Value CastStatic(BuiltinCall& call, std::string_view name, double number) {
  if (name == "float") return Value(number);
  if (name == "bool") return Value(number != 0);
  constexpr double kLimit = 9007199254740992.0;  // 2^53: beyond it doubles skip integers
  if (!(std::abs(number) <= kLimit)) {
    return FailAt(call, 0, DiagnosticKind::kStaticArithmetic, fmt::format("{} has no exact int", number));
  }
  return Value::Int(static_cast<int64_t>(number));
}

Value CallCast(BuiltinCall& call) {
  std::string_view name = call.builtin.name;
  const Value& value = call.value(0);
  const ir::Dim* dim = value.AsInt();
  if (dim && name == "int") return value;
  bool to_static = name == "float" || name == "int" || name == "bool";
  if (!to_static || !value.is_number() || (dim && !dim->is_constant())) return Cast(call, value, ElementOfCast(name));
  return CastStatic(call, name,
                    dim              ? static_cast<double>(dim->value())
                    : value.AsBool() ? *value.AsBool()
                                     : *value.AsFloat());
}

// `x` with the element type of `other`.
Value CallCastLike(BuiltinCall& call) {
  std::optional<ir::Value> other = TensorAt(call, 1);
  return other ? Cast(call, call.value(0), TypeAt(call, *other).element) : Value();
}

}  // namespace

Value ApplyElementwise(BuiltinCall& call, Op op, std::vector<Value> operands) {
  Element element{};
  if (AllStatic(operands, element)) return EvaluateStatic(call, op, operands, element);
  return ApplyAt(call, op, std::move(operands));
}

std::vector<Builtin> ElementwiseBuiltins() {
  std::vector<Builtin> builtins;
  for (Op op : {Op::kNeg, Op::kAbs, Op::kSign, Op::kExp, Op::kLog, Op::kLog1p, Op::kExpm1, Op::kSqrt, Op::kRsqrt,
                Op::kSin, Op::kCos, Op::kTanh, Op::kSigmoid, Op::kErf, Op::kNormalCdf, Op::kFloor, Op::kCeil,
                Op::kRound, Op::kIsFinite}) {
    builtins.push_back({ir::InfoOf(op).mnemonic, {{"x"}}, CallByName});
  }
  builtins.push_back({"pow", {{"x"}, {"exponent"}}, CallByName});
  for (std::string_view name : {"max", "min"}) {
    builtins.push_back({name, {{"x"}, {"other", false}, {"axis", false, true}, {"keepdims", false, true}}, CallMaxMin});
  }
  builtins.push_back({"clamp", {{"x"}, {"min", false}, {"max", false}}, CallClamp});
  builtins.push_back({"where", {{"condition"}, {"x"}, {"y"}}, CallWhere});
  for (std::string_view name : {"f32", "f64", "bf16", "i32", "i64", "u8", "bool", "float", "int"}) {
    builtins.push_back({name, {{"x"}}, CallCast});
  }
  builtins.push_back({"cast_like", {{"x"}, {"other"}}, CallCastLike});
  return builtins;
}

}  // namespace nnc
