#include "codegen/vector_libm.h"

namespace nnc::codegen {
namespace {

llvm::Value* CallScalar(Emitter& emitter, const char* name, const Values& operands) {
  llvm::Type* type = operands[0]->getType();
  const std::vector<llvm::Type*> parameters(operands.size(), type);
  llvm::FunctionCallee callee =
      emitter.module().getOrInsertFunction(name, llvm::FunctionType::get(type, parameters, false));
  llvm::CallInst* call = emitter.ir().CreateCall(callee, operands);
  call->setDoesNotAccessMemory();
  call->setDoesNotThrow();
  return call;
}

}  // namespace

bool IsF64(const llvm::Value* value) { return value->getType()->getScalarType()->isDoubleTy(); }

llvm::Value* CallLibm(Emitter& emitter, const char* name, const Values& operands) {
  const int64_t lanes = Emitter::LanesOf(operands[0]);
  if (lanes == 1) return CallScalar(emitter, name, operands);
  llvm::IRBuilder<>& ir = emitter.ir();
  llvm::Value* result = llvm::PoisonValue::get(operands[0]->getType());
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Values scalars;
    for (llvm::Value* operand : operands) scalars.push_back(ir.CreateExtractElement(operand, emitter.Index(lane)));
    result = ir.CreateInsertElement(result, CallScalar(emitter, name, scalars), emitter.Index(lane));
  }
  return result;
}

llvm::Value* CallLibmWhere(Emitter& emitter, const char* name, llvm::Value* x, llvm::Value* where,
                           llvm::Value* otherwise) {
  const int64_t lanes = Emitter::LanesOf(x);
  llvm::IRBuilder<>& ir = emitter.ir();
  llvm::Value* any = lanes == 1 ? where : ir.CreateOrReduce(where);
  llvm::Value* trips = ir.CreateSelect(any, emitter.Index(lanes), emitter.Index(0));
  const auto one_lane = [&](llvm::Value* lane, const Values& carried) -> Values {
    if (lanes == 1) return {CallScalar(emitter, name, {x})};
    llvm::Value* old = ir.CreateExtractElement(carried[0], lane);
    llvm::Value* called = CallScalar(emitter, name, {ir.CreateExtractElement(x, lane)});
    llvm::Value* chosen = ir.CreateSelect(ir.CreateExtractElement(where, lane), called, old);
    return {ir.CreateInsertElement(carried[0], chosen, lane)};
  };
  return emitter.ForCarry(emitter.Index(0), trips, 1, {otherwise}, one_lane)[0];
}

}  // namespace nnc::codegen
