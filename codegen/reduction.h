// Accumulators of reductions.
#pragma once

#include "codegen/emitter.h"
#include "ir/function.h"

namespace nnc::codegen {

// One reduction while its axis is walked. The state is one value, or for ArgMax the best element and its index (i32).
class Reduction {
 public:
  // `element` is the operand's element type.
  Reduction(Emitter& emitter, ir::Op op, ir::Element element) : e_(emitter), op_(op), element_(element) {}

  size_t size() const { return op_ == ir::Op::kArgMax ? 2 : 1; }
  // The state of no elements.
  Values Neutral(int64_t lanes) const;
  // The state of one element (a vector of them) at `index` along the folded axis (i64 scalar or vector; ArgMax only).
  // Lanes from `active` on are no elements.
  Values Single(llvm::Value* x, llvm::Value* index, int64_t active) const;
  // `a` and then `b`.
  Values Combine(const Values& a, const Values& b) const;
  // ReduceSum only: `a` and then the products x*y, by one multiply-add each. Lanes from `active` on are no elements.
  Values CombineProduct(const Values& a, llvm::Value* x, llvm::Value* y, int64_t active) const;
  // Folds the lanes into a scalar state, the upper half onto the lower until one is left.
  Values FoldLanes(Values state) const;
  // The result of a state.
  llvm::Value* Finish(const Values& state) const { return state.back(); }

 private:
  Values CombineArgMax(const Values& a, const Values& b) const;

  Emitter& e_;
  ir::Op op_;
  ir::Element element_;
};

}  // namespace nnc::codegen
