#include "codegen/reduction.h"

#include <limits>
#include <numeric>

#include "codegen/elementwise.h"

namespace nnc::codegen {
namespace {

using ir::Element;
using ir::Op;

// The least value of an element type (or the greatest), as a constant in all lanes.
llvm::Value* Bound(Emitter& e, Element element, int64_t lanes, bool least) {
  if (ir::IsFloat(element)) {
    const double infinity = std::numeric_limits<double>::infinity();
    return e.Constant(element, least ? -infinity : infinity, lanes);
  }
  llvm::Type* type = e.ComputeType(element, lanes);
  const unsigned bits = type->getScalarSizeInBits();
  const bool is_unsigned = element == Element::kU8 || element == Element::kBool;
  const llvm::APInt value = is_unsigned
                                ? (least ? llvm::APInt::getMinValue(bits) : llvm::APInt::getMaxValue(bits))
                                : (least ? llvm::APInt::getSignedMinValue(bits) : llvm::APInt::getSignedMaxValue(bits));
  return llvm::ConstantInt::get(type, value);
}

}  // namespace

Values Reduction::Neutral(int64_t lanes) const {
  if (op_ == Op::kReduceSum) return {e_.Constant(element_, 0, lanes)};
  if (op_ == Op::kReduceProd) return {e_.Constant(element_, 1, lanes)};
  if (op_ != Op::kArgMax) return {Bound(e_, element_, lanes, op_ == Op::kReduceMax)};
  return {Bound(e_, element_, lanes, true), Bound(e_, Element::kI32, lanes, false)};
}

Values Reduction::Single(llvm::Value* x, llvm::Value* index, int64_t active) const {
  const int64_t lanes = Emitter::LanesOf(x);
  Values state = {x};
  if (op_ == Op::kArgMax) {
    if (Emitter::LanesOf(index) != lanes) index = e_.Splat(index, lanes);
    state.push_back(e_.ir().CreateTrunc(index, e_.ComputeType(Element::kI32, lanes)));
  }
  if (active >= lanes) return state;
  const Values neutral = Neutral(lanes);
  for (size_t i = 0; i < state.size(); ++i) {
    state[i] = e_.ir().CreateSelect(e_.PrefixMask(active, lanes), state[i], neutral[i]);
  }
  return state;
}

Values Reduction::Combine(const Values& a, const Values& b) const {
  if (op_ == Op::kArgMax) return CombineArgMax(a, b);
  const Values operands = {a[0], b[0]};
  const ElementOperation operation{e_, element_, element_, operands};
  if (op_ == Op::kReduceSum) return {EmitAdd(operation)};
  if (op_ == Op::kReduceProd) return {EmitMul(operation)};
  return {op_ == Op::kReduceMax ? EmitMax(operation) : EmitMin(operation)};
}

Values Reduction::CombineProduct(const Values& a, llvm::Value* x, llvm::Value* y, int64_t active) const {
  llvm::Value* sum = e_.MulAdd(x, y, a[0]);
  const int64_t lanes = Emitter::LanesOf(sum);
  return {active >= lanes ? sum : e_.ir().CreateSelect(e_.PrefixMask(active, lanes), sum, a[0])};
}

// `b` wins if it is greater, or the first NaN, or equal and earlier.
Values Reduction::CombineArgMax(const Values& a, const Values& b) const {
  llvm::IRBuilder<>& ir = e_.ir();
  llvm::Value* earlier = ir.CreateICmpSLT(b[1], a[1]);
  llvm::Value* greater;
  llvm::Value* same;
  if (ir::IsFloat(element_)) {
    llvm::Value* number = ir.CreateFCmpORD(a[0], a[0]);
    greater = ir.CreateAnd(number, ir.CreateFCmpUGT(b[0], a[0]));
    llvm::Value* both_nan = ir.CreateAnd(ir.CreateNot(number), ir.CreateFCmpUNO(b[0], b[0]));
    same = ir.CreateOr(ir.CreateFCmpOEQ(a[0], b[0]), both_nan);
  } else {
    const Values operands = {b[0], a[0]};
    const ElementOperation operation{e_, element_, Element::kBool, operands};
    greater = EmitGt(operation);
    same = EmitEq(operation);
  }
  llvm::Value* wins = ir.CreateOr(greater, ir.CreateAnd(same, earlier));
  return {ir.CreateSelect(wins, b[0], a[0]), ir.CreateSelect(wins, b[1], a[1])};
}

Values Reduction::FoldLanes(Values state) const {
  llvm::IRBuilder<>& ir = e_.ir();
  for (int64_t lanes = Emitter::LanesOf(state[0]); lanes > 1; lanes /= 2) {
    std::vector<int> lower(static_cast<size_t>(lanes / 2));
    std::iota(lower.begin(), lower.end(), 0);
    std::vector<int> upper(static_cast<size_t>(lanes / 2));
    std::iota(upper.begin(), upper.end(), static_cast<int>(lanes / 2));
    Values low, high;
    for (llvm::Value* value : state) {
      low.push_back(lanes == 2 ? ir.CreateExtractElement(value, uint64_t{0}) : ir.CreateShuffleVector(value, lower));
      high.push_back(lanes == 2 ? ir.CreateExtractElement(value, uint64_t{1}) : ir.CreateShuffleVector(value, upper));
    }
    state = Combine(low, high);
  }
  return state;
}

}  // namespace nnc::codegen
