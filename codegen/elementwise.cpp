#include "codegen/elementwise.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include <limits>

#include "codegen/vector_math.h"

namespace nnc::codegen {
namespace {

using ir::Element;
using ir::IsFloat;

bool IsUnsigned(Element element) { return element == Element::kU8 || element == Element::kBool; }

// A constant of the type of `like`.
llvm::Value* Number(const ElementOperation& o, double value) {
  return o.emitter.Constant(o.from, value, Emitter::LanesOf(o.operands[0]));
}

// A float constant in all lanes; null for anything else.
const llvm::ConstantFP* KnownNumber(llvm::Value* value) {
  const auto* constant = llvm::dyn_cast<llvm::Constant>(value);
  if (constant == nullptr) return nullptr;
  const llvm::Constant* element = constant->getType()->isVectorTy() ? constant->getSplatValue() : constant;
  const auto* number = llvm::dyn_cast_or_null<llvm::ConstantFP>(element);
  return number != nullptr && !number->isNaN() ? number : nullptr;
}

// The operand that `greater` (or less) picks, NaN winning, operand 1 of equals.
//
// Where operand 1 is a number, `b > a ? b : a` passes a NaN in operand 0 on, and is one instruction that needs no mask
// register. It gives operand 0 of equals, which differ only where they are zeros; adding 0 before makes -0 the same as
// the other zero.
llvm::Value* Extreme(const ElementOperation& o, bool greater) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  llvm::Value* a = o.operands[0];
  llvm::Value* b = o.operands[1];
  if (!IsFloat(o.from)) {
    const auto id = IsUnsigned(o.from) ? (greater ? llvm::Intrinsic::umax : llvm::Intrinsic::umin)
                                       : (greater ? llvm::Intrinsic::smax : llvm::Intrinsic::smin);
    return ir.CreateBinaryIntrinsic(id, a, b);
  }
  const llvm::ConstantFP* number = KnownNumber(b);
  if (number != nullptr && !number->getValueAPF().isNegZero()) {
    if (number->isZero()) a = ir.CreateFAdd(a, b);
    return ir.CreateSelect(greater ? ir.CreateFCmpOGT(b, a) : ir.CreateFCmpOLT(b, a), b, a);
  }
  llvm::Value* picked = ir.CreateSelect(greater ? ir.CreateFCmpOGT(a, b) : ir.CreateFCmpOLT(a, b), a, b);
  return KnownNumber(a) != nullptr ? picked : ir.CreateSelect(ir.CreateFCmpUNO(a, a), a, picked);
}

llvm::Value* Compare(const ElementOperation& o, llvm::CmpInst::Predicate of_floats, llvm::CmpInst::Predicate of_signed,
                     llvm::CmpInst::Predicate of_unsigned) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  if (IsFloat(o.from)) return ir.CreateFCmp(of_floats, o.operands[0], o.operands[1]);
  return ir.CreateICmp(IsUnsigned(o.from) ? of_unsigned : of_signed, o.operands[0], o.operands[1]);
}

// Quotient and remainder, both rounding down; both 0 where the divisor is 0.
struct Division {
  llvm::Value* quotient;
  llvm::Value* remainder;
};
Division DivideIntegers(const ElementOperation& o) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  llvm::Value* a = o.operands[0];
  llvm::Value* b = o.operands[1];
  llvm::Value* zero = Number(o, 0);
  llvm::Value* by_zero = ir.CreateICmpEQ(b, zero);
  if (IsUnsigned(o.from)) {
    llvm::Value* divisor = ir.CreateSelect(by_zero, Number(o, 1), b);
    return {ir.CreateSelect(by_zero, zero, ir.CreateUDiv(a, divisor)),
            ir.CreateSelect(by_zero, zero, ir.CreateURem(a, divisor))};
  }
  // The machine traps on the least integer by -1; its quotient wraps to itself, as negation does.
  llvm::Value* by_minus_one = ir.CreateICmpEQ(b, Number(o, -1));
  llvm::Value* divisor = ir.CreateSelect(ir.CreateOr(by_zero, by_minus_one), Number(o, 1), b);
  llvm::Value* quotient = ir.CreateSDiv(a, divisor);
  llvm::Value* remainder = ir.CreateSub(a, ir.CreateMul(quotient, divisor));
  llvm::Value* signs_differ = ir.CreateICmpSLT(ir.CreateXor(remainder, divisor), zero);
  llvm::Value* low = ir.CreateAnd(ir.CreateICmpNE(remainder, zero), signs_differ);
  quotient = ir.CreateSelect(low, ir.CreateSub(quotient, Number(o, 1)), quotient);
  remainder = ir.CreateSelect(low, ir.CreateAdd(remainder, divisor), remainder);
  quotient = ir.CreateSelect(by_minus_one, ir.CreateNeg(a), quotient);
  return {ir.CreateSelect(by_zero, zero, quotient), ir.CreateSelect(by_zero, zero, remainder)};
}

// By repeated squaring. Of negative powers only those of 1 and -1 are integers; the others are 0.
llvm::Value* IntegerPower(const ElementOperation& o) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  llvm::Value* base = o.operands[0];
  llvm::Value* exponent = o.operands[1];
  llvm::Value* zero = Number(o, 0);
  llvm::Value* one = Number(o, 1);
  const Values results = o.emitter.ForCarry(
      0, 8 * ir::ByteSize(o.from), 1, {one, base, exponent}, [&](llvm::Value*, const Values& carried) -> Values {
        llvm::Value* odd = ir.CreateICmpNE(ir.CreateAnd(carried[2], one), zero);
        return {ir.CreateSelect(odd, ir.CreateMul(carried[0], carried[1]), carried[0]),
                ir.CreateMul(carried[1], carried[1]), ir.CreateLShr(carried[2], one)};
      });
  if (IsUnsigned(o.from)) return results[0];
  llvm::Value* odd = ir.CreateICmpNE(ir.CreateAnd(exponent, one), zero);
  llvm::Value* minus_one = Number(o, -1);
  llvm::Value* inverse = ir.CreateSelect(ir.CreateICmpEQ(base, minus_one), ir.CreateSelect(odd, minus_one, one), zero);
  inverse = ir.CreateSelect(ir.CreateICmpEQ(base, one), one, inverse);
  return ir.CreateSelect(ir.CreateICmpSLT(exponent, zero), inverse, results[0]);
}

llvm::Value* Round(const ElementOperation& o, llvm::Intrinsic::ID id) {
  return o.emitter.ir().CreateUnaryIntrinsic(id, o.operands[0]);
}

}  // namespace

// One operand
// ----------------------------------------------------------------------------------------------------------

llvm::Value* EmitNeg(const ElementOperation& o) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  return IsFloat(o.from) ? ir.CreateFNeg(o.operands[0]) : ir.CreateNeg(o.operands[0]);
}

llvm::Value* EmitAbs(const ElementOperation& o) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  if (IsFloat(o.from)) return ir.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, o.operands[0]);
  if (IsUnsigned(o.from)) return o.operands[0];
  return ir.CreateBinaryIntrinsic(llvm::Intrinsic::abs, o.operands[0], ir.getFalse());
}

llvm::Value* EmitSign(const ElementOperation& o) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  llvm::Value* x = o.operands[0];
  llvm::Value* zero = Number(o, 0);
  llvm::Value* one = Number(o, 1);
  if (IsUnsigned(o.from)) return ir.CreateSelect(ir.CreateICmpNE(x, zero), one, zero);
  llvm::Value* minus_one = Number(o, -1);
  if (!IsFloat(o.from)) {
    llvm::Value* below = ir.CreateSelect(ir.CreateICmpSLT(x, zero), minus_one, zero);
    return ir.CreateSelect(ir.CreateICmpSGT(x, zero), one, below);
  }
  llvm::Value* below = ir.CreateSelect(ir.CreateFCmpOLT(x, zero), minus_one, zero);
  llvm::Value* sign = ir.CreateSelect(ir.CreateFCmpOGT(x, zero), one, below);
  return ir.CreateSelect(ir.CreateFCmpUNO(x, x), x, sign);
}

llvm::Value* EmitExp(const ElementOperation& o) { return VectorExp(o.emitter, o.operands[0]); }
llvm::Value* EmitLog(const ElementOperation& o) { return VectorLog(o.emitter, o.operands[0]); }
llvm::Value* EmitLog1p(const ElementOperation& o) { return VectorLog1p(o.emitter, o.operands[0]); }
llvm::Value* EmitExpm1(const ElementOperation& o) { return VectorExpm1(o.emitter, o.operands[0]); }
llvm::Value* EmitSqrt(const ElementOperation& o) { return VectorSqrt(o.emitter, o.operands[0]); }
llvm::Value* EmitRsqrt(const ElementOperation& o) { return VectorRsqrt(o.emitter, o.operands[0]); }
llvm::Value* EmitSin(const ElementOperation& o) { return VectorSin(o.emitter, o.operands[0]); }
llvm::Value* EmitCos(const ElementOperation& o) { return VectorCos(o.emitter, o.operands[0]); }
llvm::Value* EmitTanh(const ElementOperation& o) { return VectorTanh(o.emitter, o.operands[0]); }
llvm::Value* EmitSigmoid(const ElementOperation& o) { return VectorSigmoid(o.emitter, o.operands[0]); }
llvm::Value* EmitErf(const ElementOperation& o) { return VectorErf(o.emitter, o.operands[0]); }
llvm::Value* EmitNormalCdf(const ElementOperation& o) { return VectorNormalCdf(o.emitter, o.operands[0]); }
llvm::Value* EmitFloor(const ElementOperation& o) { return Round(o, llvm::Intrinsic::floor); }
llvm::Value* EmitCeil(const ElementOperation& o) { return Round(o, llvm::Intrinsic::ceil); }
llvm::Value* EmitRound(const ElementOperation& o) { return Round(o, llvm::Intrinsic::roundeven); }

llvm::Value* EmitIsFinite(const ElementOperation& o) {
  llvm::Value* size = o.emitter.ir().CreateUnaryIntrinsic(llvm::Intrinsic::fabs, o.operands[0]);
  return o.emitter.ir().CreateFCmpOLT(size, Number(o, std::numeric_limits<double>::infinity()));
}

llvm::Value* EmitNot(const ElementOperation& o) { return o.emitter.ir().CreateNot(o.operands[0]); }
llvm::Value* EmitCast(const ElementOperation& o) { return o.emitter.Convert(o.operands[0], o.from, o.to); }
llvm::Value* EmitStopGradient(const ElementOperation& o) { return o.operands[0]; }

// Two operands
// ---------------------------------------------------------------------------------------------------------

llvm::Value* EmitAdd(const ElementOperation& o) { return o.emitter.Add(o.operands[0], o.operands[1]); }
llvm::Value* EmitMul(const ElementOperation& o) { return o.emitter.Mul(o.operands[0], o.operands[1]); }

llvm::Value* EmitSub(const ElementOperation& o) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  return IsFloat(o.from) ? ir.CreateFSub(o.operands[0], o.operands[1]) : ir.CreateSub(o.operands[0], o.operands[1]);
}

llvm::Value* EmitDiv(const ElementOperation& o) {
  return IsFloat(o.from) ? VectorDiv(o.emitter, o.operands[0], o.operands[1]) : DivideIntegers(o).quotient;
}

llvm::Value* EmitMod(const ElementOperation& o) {
  if (!IsFloat(o.from)) return DivideIntegers(o).remainder;
  llvm::IRBuilder<>& ir = o.emitter.ir();
  llvm::Value* quotient = VectorDiv(o.emitter, o.operands[0], o.operands[1]);
  llvm::Value* whole = ir.CreateUnaryIntrinsic(llvm::Intrinsic::floor, quotient);
  return o.emitter.MulAdd(ir.CreateFNeg(o.operands[1]), whole, o.operands[0]);
}

llvm::Value* EmitPow(const ElementOperation& o) {
  return IsFloat(o.from) ? VectorPow(o.emitter, o.operands[0], o.operands[1]) : IntegerPower(o);
}

llvm::Value* EmitMax(const ElementOperation& o) { return Extreme(o, /*greater=*/true); }
llvm::Value* EmitMin(const ElementOperation& o) { return Extreme(o, /*greater=*/false); }
llvm::Value* EmitAnd(const ElementOperation& o) { return o.emitter.ir().CreateAnd(o.operands[0], o.operands[1]); }
llvm::Value* EmitOr(const ElementOperation& o) { return o.emitter.ir().CreateOr(o.operands[0], o.operands[1]); }

llvm::Value* EmitEq(const ElementOperation& o) {
  return Compare(o, llvm::CmpInst::FCMP_OEQ, llvm::CmpInst::ICMP_EQ, llvm::CmpInst::ICMP_EQ);
}
llvm::Value* EmitNe(const ElementOperation& o) {
  return Compare(o, llvm::CmpInst::FCMP_UNE, llvm::CmpInst::ICMP_NE, llvm::CmpInst::ICMP_NE);
}
llvm::Value* EmitLt(const ElementOperation& o) {
  return Compare(o, llvm::CmpInst::FCMP_OLT, llvm::CmpInst::ICMP_SLT, llvm::CmpInst::ICMP_ULT);
}
llvm::Value* EmitLe(const ElementOperation& o) {
  return Compare(o, llvm::CmpInst::FCMP_OLE, llvm::CmpInst::ICMP_SLE, llvm::CmpInst::ICMP_ULE);
}
llvm::Value* EmitGt(const ElementOperation& o) {
  return Compare(o, llvm::CmpInst::FCMP_OGT, llvm::CmpInst::ICMP_SGT, llvm::CmpInst::ICMP_UGT);
}
llvm::Value* EmitGe(const ElementOperation& o) {
  return Compare(o, llvm::CmpInst::FCMP_OGE, llvm::CmpInst::ICMP_SGE, llvm::CmpInst::ICMP_UGE);
}

llvm::Value* EmitFoldIn(const ElementOperation& o) {
  llvm::IRBuilder<>& ir = o.emitter.ir();
  llvm::Value* bits = EmitRandomBits(o.emitter, o.operands[0], o.operands[1]);
  return EmitMix64(o.emitter, ir.CreateXor(bits, llvm::ConstantInt::get(bits->getType(), 0xD1B54A32D192ED03u)));
}

// Three operands
// -------------------------------------------------------------------------------------------------------

llvm::Value* EmitSelect(const ElementOperation& o) {
  return o.emitter.ir().CreateSelect(o.operands[0], o.operands[1], o.operands[2]);
}

// ------------------------------------------------------------------------------------------------------------------------

llvm::Value* EmitElementwise(ir::Op op, const ElementOperation& operation) {
  using Rule = llvm::Value* (*)(const ElementOperation&);
  static constexpr Rule kRules[] = {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) NNC_RULE_##klass(name),
#define NNC_RULE_Elementwise(name) Emit##name
#define NNC_RULE_Source(name) nullptr
#define NNC_RULE_Reduce(name) nullptr
#define NNC_RULE_Movement(name) nullptr
#define NNC_RULE_Index(name) nullptr
#define NNC_RULE_Line(name) nullptr
#define NNC_RULE_Contraction(name) nullptr
#define NNC_RULE_Loop(name) nullptr
#define NNC_RULE_Request(name) nullptr
#include "ir/ops.def"
#undef NNC_OP
#undef NNC_RULE_Elementwise
#undef NNC_RULE_Source
#undef NNC_RULE_Reduce
#undef NNC_RULE_Movement
#undef NNC_RULE_Index
#undef NNC_RULE_Line
#undef NNC_RULE_Contraction
#undef NNC_RULE_Loop
#undef NNC_RULE_Request
  };
  return kRules[static_cast<size_t>(op)](operation);
}

llvm::Value* EmitMix64(Emitter& e, llvm::Value* z) {
  llvm::IRBuilder<>& ir = e.ir();
  const auto number = [&](uint64_t value) { return llvm::ConstantInt::get(z->getType(), value); };
  z = ir.CreateMul(ir.CreateXor(z, ir.CreateLShr(z, number(30))), number(0xBF58476D1CE4E5B9u));
  z = ir.CreateMul(ir.CreateXor(z, ir.CreateLShr(z, number(27))), number(0x94D049BB133111EBu));
  return ir.CreateXor(z, ir.CreateLShr(z, number(31)));
}

llvm::Value* EmitRandomBits(Emitter& e, llvm::Value* key, llvm::Value* i) {
  llvm::IRBuilder<>& ir = e.ir();
  llvm::Value* next = ir.CreateAdd(i, llvm::ConstantInt::get(i->getType(), 1));
  llvm::Value* step = llvm::ConstantInt::get(i->getType(), 0x9E3779B97F4A7C15u);
  return EmitMix64(e, ir.CreateAdd(key, ir.CreateMul(next, step)));
}

llvm::Value* EmitUniform(Emitter& e, llvm::Value* key, llvm::Value* i, ir::Element element) {
  llvm::IRBuilder<>& ir = e.ir();
  llvm::Value* bits = EmitRandomBits(e, key, i);
  const int kept = element == Element::kF64 ? 53 : element == Element::kBF16 ? 8 : 24;
  bits = ir.CreateLShr(bits, llvm::ConstantInt::get(bits->getType(), static_cast<uint64_t>(64 - kept)));
  llvm::Type* type = e.ComputeType(element, Emitter::LanesOf(bits));
  const double unit = 1.0 / static_cast<double>(int64_t{1} << kept);
  return ir.CreateFMul(ir.CreateSIToFP(bits, type), llvm::ConstantFP::get(type, unit));
}

}  // namespace nnc::codegen
