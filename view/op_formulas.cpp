// The table of formulas: a row for each op. An op of ir/ops.def without its row does not compile.
//
// `c` is the context, `i` the number of the operand that the adjoint is passed to.
#include "view/op_formulas.h"

#include <stdexcept>

#include "ir/derivatives.h"
#include "view/formula_parts.h"

namespace nnc::view {
namespace {

using K = ir::AttributeKey;

#define NNC_FORMULA(name, forward, vjp)                                                             \
  [[maybe_unused]] Math Formula##name([[maybe_unused]] const FormulaContext& c) { return forward; } \
  Math VjpFormula##name([[maybe_unused]] const FormulaContext& c, [[maybe_unused]] size_t i) { return vjp; }

// clang-format off
// Sources
NNC_FORMULA(Argument,   Words("given"),                                 Zero())
NNC_FORMULA(Constant,   Number(c.attribute<double>(K::kValue)),         Zero())
NNC_FORMULA(Size,       Words(c.attribute<ir::Dim>(K::kDim).str()),     Zero())
NNC_FORMULA(Iota,       Listed({Zero(), One(), Words("…")}), Zero())
NNC_FORMULA(Uniform,    Call(Variable("U"), {c.x()}),                   Zero())

// Elementwise, one operand
NNC_FORMULA(Neg,        -c.x(),                                         -c.g())
NNC_FORMULA(Abs,        Between("|", c.x(), "|"),                       c.Times(c.g(), Call("sign", {c.x()})))
NNC_FORMULA(Sign,       Call("sign", {c.x()}),                          Zero())
NNC_FORMULA(Exp,        Power(Variable("e"), c.x()),                    c.Times(c.g(), c.y()))
NNC_FORMULA(Log,        Call("ln", {c.x()}),                            Fraction(c.g(), c.x()))
NNC_FORMULA(Log1p,      Call("ln", {One() + c.x()}),                    Fraction(c.g(), One() + c.x()))
NNC_FORMULA(Expm1,      Power(Variable("e"), c.x()) - One(),            c.Times(c.g(), c.y() + One()))
NNC_FORMULA(Sqrt,       Root(c.x()),                                    Fraction(c.g(), Two() * c.y()))
NNC_FORMULA(Rsqrt,      Fraction(One(), Root(c.x())),                   -c.Times(Half() * c.g(), Power(c.y(), Number(int64_t{3}))))
NNC_FORMULA(Sin,        Call("sin", {c.x()}),                           c.Times(c.g(), Call("cos", {c.x()})))
NNC_FORMULA(Cos,        Call("cos", {c.x()}),                           -c.Times(c.g(), Call("sin", {c.x()})))
NNC_FORMULA(Tanh,       Call("tanh", {c.x()}),                          c.Times(c.g(), One() - Square(c.y())))
NNC_FORMULA(Sigmoid,    Call("σ", {c.x()}),                             c.Times(c.Times(c.g(), c.y()), One() - c.y()))
NNC_FORMULA(Erf,        Call("erf", {c.x()}),                           c.Times(Fraction(Two(), Root(Variable("π"))) * c.g(), Power(Variable("e"), -Square(c.x()))))
NNC_FORMULA(NormalCdf,  Call("Φ", {c.x()}),                             c.Times(Fraction(One(), Root(Two() * Variable("π"))) * c.g(), Power(Variable("e"), -Fraction(Square(c.x()), Two()))))
NNC_FORMULA(Floor,      Between("⌊", c.x(), "⌋"),                       Zero())
NNC_FORMULA(Ceil,       Between("⌈", c.x(), "⌉"),                       Zero())
NNC_FORMULA(Round,      Between("⌊", c.x(), "⌉"),                       Zero())
NNC_FORMULA(IsFinite,   Indicator(Related(Between("|", c.x(), "|"), "<", Variable("∞"))), Zero())
NNC_FORMULA(Not,        Symbol("¬") * c.x(),                            Zero())
NNC_FORMULA(Cast,       Call(ir::Name(c.node().type.element), {c.x()}), c.g())
NNC_FORMULA(StopGradient, Call("stop", {c.x()}),                        Zero())

// Elementwise, two operands
NNC_FORMULA(Add,        c.x(0) + c.x(1),                                c.g())
NNC_FORMULA(Sub,        c.x(0) - c.x(1),                                i == 0 ? c.g() : -c.g())
NNC_FORMULA(Mul,        Product(c),                                     c.Times(c.g(), c.x(1 - i)))
NNC_FORMULA(Div,        Fraction(c.x(0), c.x(1)),                       i == 0 ? Fraction(c.g(), c.x(1)) : -c.Times(Fraction(c.g(), c.x(1)), c.y()))
NNC_FORMULA(Mod,        Related(c.x(0), "mod", c.x(1)),                 i == 0 ? c.g() : -c.Times(c.g(), Between("⌊", Fraction(c.x(0), c.x(1)), "⌋")))
NNC_FORMULA(Pow,        Power(c.x(0), c.x(1)),                          c.Times(c.g(), i == 0 ? c.Times(c.x(1), Power(c.x(0), c.x(1) - One())) : c.Times(c.y(), Call("ln", {c.x(0)}))))
NNC_FORMULA(Max,        Call("max", {c.x(0), c.x(1)}),                  c.Times(c.g(), Indicator(Related(c.x(0), i == 0 ? ">" : "≤", c.x(1)))))
NNC_FORMULA(Min,        Call("min", {c.x(0), c.x(1)}),                  c.Times(c.g(), Indicator(Related(c.x(0), i == 0 ? "<" : "≥", c.x(1)))))
NNC_FORMULA(And,        Related(c.x(0), "∧", c.x(1)),                   Zero())
NNC_FORMULA(Or,         Related(c.x(0), "∨", c.x(1)),                   Zero())
NNC_FORMULA(Eq,         Indicator(Related(c.x(0), "=", c.x(1))),        Zero())
NNC_FORMULA(Ne,         Indicator(Related(c.x(0), "≠", c.x(1))),        Zero())
NNC_FORMULA(Lt,         Indicator(Related(c.x(0), "<", c.x(1))),        Zero())
NNC_FORMULA(Le,         Indicator(Related(c.x(0), "≤", c.x(1))),        Zero())
NNC_FORMULA(Gt,         Indicator(Related(c.x(0), ">", c.x(1))),        Zero())
NNC_FORMULA(Ge,         Indicator(Related(c.x(0), "≥", c.x(1))),        Zero())
NNC_FORMULA(FoldIn,     Call("key", {c.x(0), c.x(1)}),                  Zero())

// Elementwise, three operands
NNC_FORMULA(Select,     Choice(c.x(0), c.x(1), c.x(2)),                 i == 1 ? Choice(c.x(0), c.g(), Zero()) : Choice(c.x(0), Zero(), c.g()))

// Reductions
NNC_FORMULA(ReduceSum,  Over("∑", FoldedAxes(c), c.x()),                Repeated(c.g(), c.type(0)))
NNC_FORMULA(ReduceProd, Over("∏", FoldedAxes(c), c.x()),                Elementwise(c.g(), Over("∏", Words("the others"), c.x())))
NNC_FORMULA(ReduceMax,  Over("max", FoldedAxes(c), c.x()),              Elementwise(c.g(), Indicator(Related(c.x(), "=", c.y()))))
NNC_FORMULA(ReduceMin,  Over("min", FoldedAxes(c), c.x()),              Elementwise(c.g(), Indicator(Related(c.x(), "=", c.y()))))
NNC_FORMULA(ArgMax,     Over("arg max", Axis(c), c.x()),                Zero())

// Movement
NNC_FORMULA(Reshape,    Call(Subscript(Variable("reshape"), SizesOf(c.node().type)), {c.x()}), Call(Subscript(Variable("reshape"), SizesOf(c.type(0))), {c.g()}))
NNC_FORMULA(Transpose,  Permuted(c, c.x(), false),                      Permuted(c, c.g(), true))
NNC_FORMULA(Broadcast,  Repeated(c.x(), c.node().type),                 SumOfCopies(c.g(), c.node().type, c.type(0)))
NNC_FORMULA(Slice,      Indexed(c.x(), SliceRange(c)),                Call(Subscript(Variable("pad"), Axis(c)), {c.g()}))
NNC_FORMULA(Pad,        Call(Subscript(Variable("pad"), Axis(c)), {c.x()}), Indexed(c.g(), Words("inside")))
NNC_FORMULA(Concat,     Stacked(c),                                     Indexed(c.g(), Listed({Words("part"), Number(static_cast<int64_t>(i + 1))})))
NNC_FORMULA(Reverse,    Call(Subscript(Variable("reverse"), Axis(c)), {c.x()}), Call(Subscript(Variable("reverse"), Axis(c)), {c.g()}))
NNC_FORMULA(Shear,      Indexed(c.x(), WindowIndex(c)),               Over("∑", WindowIndex(c), Indexed(c.g(), Listed({Variable("o"), Variable("k")}))))
NNC_FORMULA(Unshear,    Over("∑", WindowIndex(c), Indexed(c.x(), Listed({Variable("o"), Variable("k")}))), Indexed(c.g(), WindowIndex(c)))

// Indexing
NNC_FORMULA(Take,       Indexed(c.x(0), c.x(1)),                      Over("∑", Related(Indexed(c.x(1), Variable("n")), "=", Variable("r")), Indexed(c.g(), Variable("n"))))
NNC_FORMULA(ScatterAdd, c.x(0) + Over("∑", Related(Indexed(c.x(1), Variable("n")), "=", Variable("r")), Indexed(c.x(2), Variable("n"))), i == 0 ? c.g() : Indexed(c.g(), c.x(1)))

// Lines along an axis
NNC_FORMULA(CumSum,     Over("∑", Related(Variable("k"), "≤", Variable("n")), Indexed(c.x(), Variable("k"))), Over("∑", Related(Variable("k"), "≥", Variable("n")), Indexed(c.g(), Variable("k"))))
NNC_FORMULA(ArgSort,    Call(Subscript(Variable("argsort"), Axis(c)), {c.x()}), Zero())

// Contraction
NNC_FORMULA(MatMul,     Factor(c, 0) * Factor(c, 1),                    FactorAdjoint(c, i))

// Loops with state
NNC_FORMULA(Scan,       LoopStep(c),                                    LoopAdjoint(c, i))
NNC_FORMULA(Part,       Indexed(c.x(), Number(c.attribute<int64_t>(K::kIndex) + 1)), Words("in part ") * Number(c.attribute<int64_t>(K::kIndex) + 1) * Words(": ") * c.g())

// Derivatives
NNC_FORMULA(Vjp,        Dot(c.x(2), Derivative(c.x(0), c.x(1))),        Words("asked for again, of its graph"))
NNC_FORMULA(Jacobian,   Derivative(c.x(0), c.x(1)),                     Words("asked for again, of its graph"))
NNC_FORMULA(CustomVjp,  c.x(0),                                         Words("as the program says, from ") * c.g())
// clang-format on
#undef NNC_FORMULA

Math Formula(const FormulaContext& c) {
  switch (c.node().op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  case ir::Op::k##name:                                                     \
    return Formula##name(c);
#include "ir/ops.def"
#undef NNC_OP
  }
  throw std::logic_error("op out of range");
}

Math VjpFormula(const FormulaContext& c, size_t operand) {
  switch (c.node().op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  case ir::Op::k##name:                                                     \
    return VjpFormula##name(c, operand);
#include "ir/ops.def"
#undef NNC_OP
  }
  throw std::logic_error("op out of range");
}

}  // namespace

Math FormulaOf(const ir::Function& function, ir::Value value, const Naming& name) {
  return Formula({function, value, name});
}

Math VjpFormulaOf(const ir::Function& function, ir::Value value, size_t operand, const Naming& name) {
  const ir::Node& node = function.node(value);
  bool asked = ir::InfoOf(node.op).gradient == ir::Gradient::kNever;
  if (!asked && !ir::CarriesDerivative(function, node, operand)) return Zero();
  Math adjoint = VjpFormula({function, value, name}, operand);
  if (!ir::IsElementwise(node.op)) return adjoint;
  return SumOfCopies(adjoint, node.type, function.type(node.operands[operand]));
}

}  // namespace nnc::view
