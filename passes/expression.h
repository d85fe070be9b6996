// Values of a function under construction with the operators of arithmetic, so that rules read like calculus.
#pragma once

#include <concepts>

#include "ir/builder.h"

namespace nnc::passes {

// A value and the builder that appends what is made of it.
struct Expression {
  ir::Builder* build = nullptr;
  ir::Value value;

  operator ir::Value() const { return value; }  // NOLINT: an expression is a value
  const ir::Type& type() const { return build->type(value); }
  // A scalar of this expression's element type.
  Expression Number(double number) const { return {build, build->Constant(number, type().element)}; }
};

// Add(a, b), Exp(a), Select(c, a, b) and so on: one function for each elementwise op without attributes.
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) NNC_EXPRESSION_##klass(name)
#define NNC_EXPRESSION_Elementwise(name)                                 \
  template <std::same_as<Expression>... More>                            \
  Expression name(Expression first, More... more) {                      \
    return {first.build, first.build->name(first.value, more.value...)}; \
  }
#define NNC_EXPRESSION_Source(name)
#define NNC_EXPRESSION_Reduce(name)
#define NNC_EXPRESSION_Movement(name)
#define NNC_EXPRESSION_Index(name)
#define NNC_EXPRESSION_Line(name)
#define NNC_EXPRESSION_Contraction(name)
#define NNC_EXPRESSION_Loop(name)
#define NNC_EXPRESSION_Request(name)
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_EXPRESSION_Elementwise
#undef NNC_EXPRESSION_Source
#undef NNC_EXPRESSION_Reduce
#undef NNC_EXPRESSION_Movement
#undef NNC_EXPRESSION_Index
#undef NNC_EXPRESSION_Line
#undef NNC_EXPRESSION_Contraction
#undef NNC_EXPRESSION_Loop
#undef NNC_EXPRESSION_Request

inline Expression operator-(Expression a) { return Neg(a); }
inline Expression operator+(Expression a, Expression b) { return Add(a, b); }
inline Expression operator-(Expression a, Expression b) { return Sub(a, b); }
inline Expression operator*(Expression a, Expression b) { return Mul(a, b); }
inline Expression operator/(Expression a, Expression b) { return Div(a, b); }
inline Expression operator+(Expression a, double b) { return Add(a, a.Number(b)); }
inline Expression operator-(Expression a, double b) { return Sub(a, a.Number(b)); }
inline Expression operator*(Expression a, double b) { return Mul(a, a.Number(b)); }
inline Expression operator+(double a, Expression b) { return Add(b.Number(a), b); }
inline Expression operator-(double a, Expression b) { return Sub(b.Number(a), b); }
inline Expression operator*(double a, Expression b) { return Mul(b.Number(a), b); }
inline Expression operator/(double a, Expression b) { return Div(b.Number(a), b); }

}  // namespace nnc::passes
