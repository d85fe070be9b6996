// Operators on emitted values, so that a numerical kernel reads like its formula.
#pragma once

#include <llvm/IR/Intrinsics.h>

#include <initializer_list>
#include <limits>

#include "codegen/emitter.h"

namespace nnc::codegen {

// A float (f32 or f64) scalar or vector under construction. Constants take the shape of the other operand.
class Real {
 public:
  Real(Emitter& emitter, llvm::Value* value) : emitter_(&emitter), value_(value) {}

  llvm::Value* value() const { return value_; }
  Emitter& emitter() const { return *emitter_; }
  llvm::IRBuilder<>& ir() const { return emitter_->ir(); }
  Real With(llvm::Value* value) const { return {*emitter_, value}; }
  Real Constant(double number) const { return With(llvm::ConstantFP::get(value_->getType(), number)); }
  Real Infinity() const { return Constant(std::numeric_limits<double>::infinity()); }

  friend Real operator+(Real a, Real b) { return a.With(a.ir().CreateFAdd(a.value_, b.value_)); }
  friend Real operator-(Real a, Real b) { return a.With(a.ir().CreateFSub(a.value_, b.value_)); }
  friend Real operator*(Real a, Real b) { return a.With(a.ir().CreateFMul(a.value_, b.value_)); }
  friend Real operator/(Real a, Real b) { return a.With(a.ir().CreateFDiv(a.value_, b.value_)); }
  friend Real operator+(Real a, double b) { return a + a.Constant(b); }
  friend Real operator-(Real a, double b) { return a - a.Constant(b); }
  friend Real operator*(Real a, double b) { return a * a.Constant(b); }
  friend Real operator-(double a, Real b) { return b.Constant(a) - b; }
  friend Real operator/(double a, Real b) { return b.Constant(a) / b; }
  Real operator-() const { return With(ir().CreateFNeg(value_)); }

  // Comparisons give i1 lanes and are false where an operand is NaN.
  friend llvm::Value* operator<(Real a, Real b) { return a.ir().CreateFCmpOLT(a.value_, b.value_); }
  friend llvm::Value* operator<(Real a, double b) { return a < a.Constant(b); }
  friend llvm::Value* operator>(Real a, double b) { return a.ir().CreateFCmpOGT(a.value_, a.Constant(b).value_); }
  friend llvm::Value* operator==(Real a, double b) { return a.ir().CreateFCmpOEQ(a.value_, a.Constant(b).value_); }
  llvm::Value* IsNan() const { return ir().CreateFCmpUNO(value_, value_); }

 private:
  Emitter* emitter_;
  llvm::Value* value_;
};

inline Real Fma(Real a, Real b, Real c) { return a.With(a.emitter().MulAdd(a.value(), b.value(), c.value())); }
inline Real Fma(Real a, double b, Real c) { return Fma(a, a.Constant(b), c); }
inline Real Fma(Real a, Real b, double c) { return Fma(a, b, a.Constant(c)); }
inline Real Fma(Real a, double b, double c) { return Fma(a, a.Constant(b), a.Constant(c)); }
inline Real Select(llvm::Value* condition, Real then, Real otherwise) {
  return then.With(then.ir().CreateSelect(condition, then.value(), otherwise.value()));
}
inline Real Unary(llvm::Intrinsic::ID id, Real x) { return x.With(x.emitter().Intrinsic(id, {x.value()})); }
inline Real Abs(Real x) { return Unary(llvm::Intrinsic::fabs, x); }
inline Real Floor(Real x) { return Unary(llvm::Intrinsic::floor, x); }
inline Real CopySign(Real magnitude, Real sign) {
  return sign.With(sign.emitter().Intrinsic(llvm::Intrinsic::copysign, {magnitude.value(), sign.value()}));
}
// The bits of an f32, and the f32 of bits.
inline llvm::Value* Bits(Real x) {
  llvm::Type* type = x.emitter().ComputeType(ir::Element::kI32, Emitter::LanesOf(x.value()));
  return x.ir().CreateBitCast(x.value(), type);
}
inline Real FromBits(Real like, llvm::Value* bits) {
  return like.With(like.ir().CreateBitCast(bits, like.value()->getType()));
}
inline llvm::Value* BitConstant(llvm::Value* bits, int64_t number) {
  return llvm::ConstantInt::getSigned(bits->getType(), number);
}
// c[0] + c[1] x + c[2] x^2 + ... by Horner's rule.
inline Real Polynomial(Real x, std::initializer_list<double> coefficients) {
  auto c = std::rbegin(coefficients);
  Real sum = x.Constant(*c);
  while (++c != std::rend(coefficients)) sum = Fma(sum, x, *c);
  return sum;
}

}  // namespace nnc::codegen
