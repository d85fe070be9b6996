#include "tests/passes/forward_mode.h"

#include <numbers>
#include <numeric>
#include <stdexcept>

#include "passes/expression.h"

namespace nnc::passes {

using ir::AttributeKey;
using ir::Op;
using ir::Shape;
using ir::Value;

namespace {

// What a rule sees: a node of the new function, and the tangents of its float operands.
struct Dual {
  ir::Builder& build;
  const ir::Node& node;
  Expression y;
  std::vector<Value> tangents;

  Expression x(size_t i) const { return {&build, node.operands[i]}; }
  Expression t(size_t i) const { return {&build, tangents[i]}; }
  // A linear op: the same of the tangents.
  Value Same() const { return build.Apply(node.op, tangents, node.attributes); }
};

// ---- Elementwise ----

Value TangentNeg(const Dual& d) { return d.Same(); }
Value TangentAbs(const Dual& d) { return Sign(d.x(0)) * d.t(0); }
Value TangentExp(const Dual& d) { return Exp(d.x(0)) * d.t(0); }
Value TangentLog(const Dual& d) { return d.t(0) / d.x(0); }
Value TangentLog1p(const Dual& d) { return d.t(0) / (d.x(0) + 1.0); }
Value TangentExpm1(const Dual& d) { return Exp(d.x(0)) * d.t(0); }
Value TangentSqrt(const Dual& d) { return d.t(0) * 0.5 / Sqrt(d.x(0)); }
Value TangentRsqrt(const Dual& d) { return d.t(0) * -0.5 / (d.x(0) * Sqrt(d.x(0))); }
Value TangentSin(const Dual& d) { return Cos(d.x(0)) * d.t(0); }
Value TangentCos(const Dual& d) { return -(Sin(d.x(0)) * d.t(0)); }
Value TangentTanh(const Dual& d) { return 4.0 * (Sigmoid(d.x(0) * 2.0) * Sigmoid(d.x(0) * -2.0)) * d.t(0); }
Value TangentSigmoid(const Dual& d) { return Sigmoid(d.x(0)) * Sigmoid(-d.x(0)) * d.t(0); }
Value TangentErf(const Dual& d) { return 2 * std::numbers::inv_sqrtpi * Exp(-(d.x(0) * d.x(0))) * d.t(0); }
Value TangentNormalCdf(const Dual& d) {
  return std::numbers::inv_sqrtpi / std::numbers::sqrt2 * Exp(d.x(0) * d.x(0) * -0.5) * d.t(0);
}
Value TangentCast(const Dual& d) { return d.build.Cast(d.t(0), d.y.type().element); }

Value TangentAdd(const Dual& d) { return d.Same(); }
Value TangentSub(const Dual& d) { return d.Same(); }
Value TangentMul(const Dual& d) { return d.t(0) * d.x(1) + d.x(0) * d.t(1); }
Value TangentDiv(const Dual& d) { return (d.t(0) - d.y * d.t(1)) / d.x(1); }
Value TangentMod(const Dual& d) { return d.t(0) - Floor(d.x(0) / d.x(1)) * d.t(1); }

// b a^(b-1) da + a^b log(a) db: the first term is 0 where b is, and the second where a is not above 0.
Value TangentPow(const Dual& d) {
  Expression a = d.x(0), b = d.x(1), zero = a.Number(0);
  Expression by_base = Select(Eq(b, zero), zero, b * Pow(a, b - 1.0));
  Expression positive = Gt(a, zero);
  Expression by_power = Select(positive, d.y * Log(Select(positive, a, a.Number(1))), zero);
  return by_base * d.t(0) + by_power * d.t(1);
}

Value TangentMax(const Dual& d) { return Select(Gt(d.x(0), d.x(1)), d.t(0), d.t(1)); }
Value TangentMin(const Dual& d) { return Select(Lt(d.x(0), d.x(1)), d.t(0), d.t(1)); }
Value TangentSelect(const Dual& d) { return Select(d.x(0), d.t(1), d.t(2)); }

// ---- Movements and sums ----

Value TangentReshape(const Dual& d) { return d.Same(); }
Value TangentTranspose(const Dual& d) { return d.Same(); }
Value TangentBroadcast(const Dual& d) { return d.Same(); }
Value TangentSlice(const Dual& d) { return d.Same(); }
Value TangentPad(const Dual& d) { return d.Same(); }
Value TangentConcat(const Dual& d) { return d.Same(); }
Value TangentReverse(const Dual& d) { return d.Same(); }
Value TangentShear(const Dual& d) { return d.Same(); }
Value TangentUnshear(const Dual& d) { return d.Same(); }
Value TangentReduceSum(const Dual& d) { return d.Same(); }
Value TangentCumSum(const Dual& d) { return d.Same(); }
Value TangentTake(const Dual& d) { return d.build.Take(d.t(0), d.x(1)); }
Value TangentScatterAdd(const Dual& d) { return d.build.ScatterAdd(d.t(0), d.x(1), d.t(2)); }

Value TangentMatMul(const Dual& d) {
  bool a = d.node.attribute<bool>(AttributeKey::kTransposeA), b = d.node.attribute<bool>(AttributeKey::kTransposeB);
  return d.build.Add(d.build.MatMul(d.t(0), d.x(1), a, b), d.build.MatMul(d.x(0), d.t(1), a, b));
}

// ---- Reductions ----

// `x`, of the reduction's operand's type, as [kept axes..., all folded axes].
Value FoldedLast(const Dual& d, Value x) {
  const auto& folded = d.node.attribute<std::vector<int64_t>>(AttributeKey::kAxes);
  const Shape& shape = d.x(0).type().shape;
  std::vector<int64_t> order;
  Shape flat;
  for (int64_t axis = 0; axis < static_cast<int64_t>(shape.size()); ++axis) {
    if (std::find(folded.begin(), folded.end(), axis) != folded.end()) continue;
    order.push_back(axis);
    flat.push_back(shape[axis]);
  }
  flat.push_back(1);
  for (int64_t axis : folded) {
    order.push_back(axis);
    flat.back() = flat.back() * shape[axis];
  }
  return d.build.Reshape(d.build.Transpose(x, order), flat);
}

// By halves: the dual product of the first and the second half of the factors, an odd one left over, down to one.
Value TangentReduceProd(const Dual& d) {
  ir::Builder& b = d.build;
  Value x = FoldedLast(d, d.x(0)), t = FoldedLast(d, d.t(0));
  auto last = static_cast<int64_t>(b.type(x).shape.size()) - 1;
  int64_t count = b.type(x).shape.back().value();
  if (count == 0) return b.ConstantLike(0, d.y);
  for (; count > 1; count = (count + 1) / 2) {
    int64_t half = count / 2;
    auto part = [&](Value v, int64_t start, int64_t limit) { return Expression{&b, b.Slice(v, last, start, limit)}; };
    Expression x0 = part(x, 0, half), x1 = part(x, half, 2 * half), t0 = part(t, 0, half), t1 = part(t, half, 2 * half);
    Expression products = x0 * x1, tangents = t0 * x1 + x0 * t1;
    x = b.Concat({products, part(x, 2 * half, count)}, last);
    t = b.Concat({tangents, part(t, 2 * half, count)}, last);
  }
  return b.Reshape(t, d.y.type().shape);
}

// The tangent of the first of the greatest of `key`.
Value OfTheFirstGreatest(const Dual& d, Value key) {
  ir::Builder& b = d.build;
  Value keys = FoldedLast(d, key), t = FoldedLast(d, d.t(0));
  auto last = static_cast<int64_t>(b.type(keys).shape.size()) - 1;
  if (b.type(keys).shape.back() == ir::Dim(0)) return b.ConstantLike(0, d.y);
  Value chosen = b.Eq(b.Iota(b.type(keys).shape, last), b.ArgMax(keys, last, true));
  Value sum = b.Reduce(Op::kReduceSum, b.Select(chosen, t, b.Constant(0, b.type(t).element)), {last});
  return b.Reshape(sum, d.y.type().shape);
}

Value TangentReduceMax(const Dual& d) { return OfTheFirstGreatest(d, d.x(0)); }
Value TangentReduceMin(const Dual& d) { return OfTheFirstGreatest(d, -d.x(0)); }

// CustomVjp has no tangent rule: what a program says of its own derivative is for the backward sweep alone.
Value TangentCustomVjp(const Dual& d) { throw std::logic_error("%" + d.node.name + " must be expanded first"); }

Value TangentOf(const Dual& d) {
  switch (d.node.op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  case Op::k##name:                                                         \
    NNC_TANGENT_##gradient(name)
#define NNC_TANGENT_Vjp(name) return Tangent##name(d);
#define NNC_TANGENT_Zero(name) return d.build.ConstantLike(0, d.y);
#define NNC_TANGENT_Never(name) break;
#define NNC_TANGENT_Loop(name) break;
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_TANGENT_Vjp
#undef NNC_TANGENT_Zero
#undef NNC_TANGENT_Never
#undef NNC_TANGENT_Loop
  }
  throw std::logic_error("%" + d.node.name + " must be expanded first");
}

}  // namespace

ir::Function ForwardMode(const ir::Function& function) {
  ir::Function to(function.name());
  ir::Builder build(to);
  std::vector<Value> values(function.size()), tangents(function.size());
  auto is_float = [&](Value v) { return ir::IsFloat(function.type(v).element); };
  for (bool is_tangent : {false, true}) {
    for (Value v{0}; v.index < function.argument_count(); ++v.index) {
      const ir::Node& argument = function.node(v);
      if (!is_tangent) values[v.index] = build.Argument(argument.name, argument.type);
      if (is_tangent && is_float(v)) tangents[v.index] = build.Argument("tangent." + argument.name, argument.type);
    }
  }
  for (Value v{function.argument_count()}; v.index < function.size(); ++v.index) {
    const ir::Node& node = function.node(v);
    std::vector<Value> operands, of_operands;
    for (Value operand : node.operands) {
      operands.push_back(values[operand.index]);
      of_operands.push_back(tangents[operand.index]);
    }
    Value y = values[v.index] = build.Apply(node.op, operands, node.attributes, node.name);
    if (!is_float(v)) continue;
    // From an integer nothing comes: its tangent is not even a number.
    bool from_float = node.operands.empty() || is_float(node.operands.back());
    const ir::Node copy = to.node(y);
    tangents[v.index] = from_float || node.op == Op::kTake ? TangentOf({build, copy, {&build, y}, of_operands})
                                                           : build.ConstantLike(0, y);
  }
  for (const ir::Result& result : function.results()) {
    if (is_float(result.value)) to.AddResult("tangent." + result.name, tangents[result.value.index]);
  }
  return to;
}

}  // namespace nnc::passes
