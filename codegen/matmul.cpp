#include "codegen/matmul.h"

#include "codegen/matmul_tile.h"

namespace nnc::codegen {

void EmitMatmul(Emitter& emitter, const MatmulPlan& plan, const MatmulOperands& operands, MatmulSink sink,
                MatmulPrefetch prefetch) {
  if (plan.spec.batch * plan.spec.m * plan.spec.n == 0) return;
  if (plan.strategy == MatmulStrategy::kDot) return EmitDotProducts(emitter, plan, operands, sink);
  EmitOuterProducts(emitter, plan, operands, sink, prefetch);
}

void StoreSums(Emitter& emitter, const Pointer& c, const MatmulPlace& place, llvm::Value* sums) {
  emitter.Store(emitter.Advance(c, place.flat, place.flat_multiple), sums, place.active);
}

}  // namespace nnc::codegen
