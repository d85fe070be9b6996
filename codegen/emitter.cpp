// Functions, types, constants, loops and arithmetic. Loads and stores are in emitter_memory.cpp.
#include "codegen/emitter.h"

#include <llvm/IR/BasicBlock.h>
#include <llvm/IR/Intrinsics.h>

#include <cassert>
#include <numeric>

#include "ir/evaluate.h"

namespace nnc::codegen {
namespace {

llvm::Function* AddKernel(llvm::Module& module, const std::string& name) {
  llvm::LLVMContext& context = module.getContext();
  llvm::Type* pointer = llvm::PointerType::getUnqual(context);
  auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                       {pointer, llvm::Type::getInt64Ty(context), pointer}, /*isVarArg=*/false);
  llvm::Function* function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module);
  const char* names[] = {"arena", "thread", "team"};
  for (unsigned i = 0; i < 3; ++i) function->getArg(i)->setName(names[i]);
  function->addParamAttr(0, llvm::Attribute::getWithAlignment(context, llvm::Align(64)));
  return function;
}

}  // namespace

Emitter::Emitter(llvm::Module& module, const std::string& name, const Target& target)
    : Emitter(AddKernel(module, name), target) {
  arguments_ = {function_->getArg(0), function_->getArg(1), function_->getArg(2)};
}

Emitter::Emitter(llvm::Function* function, const Target& target)
    : target_(target), function_(function), builder_(function->getContext()) {
  SetTargetAttributes(*function, target);
  builder_.SetInsertPoint(llvm::BasicBlock::Create(function->getContext(), "entry", function));
}

llvm::Type* Emitter::MemoryType(ir::Element element, int64_t lanes) {
  llvm::Type* scalar = element == ir::Element::kBF16   ? builder_.getInt16Ty()
                       : element == ir::Element::kBool ? builder_.getInt8Ty()
                                                       : ComputeType(element);
  return lanes == 1 ? scalar : llvm::FixedVectorType::get(scalar, static_cast<unsigned>(lanes));
}

llvm::Type* Emitter::ComputeType(ir::Element element, int64_t lanes) {
  const auto scalar = [&]() -> llvm::Type* {
    switch (element) {
      case ir::Element::kF32:
      case ir::Element::kBF16:
        return builder_.getFloatTy();
      case ir::Element::kF64:
        return builder_.getDoubleTy();
      case ir::Element::kI32:
        return builder_.getInt32Ty();
      case ir::Element::kI64:
        return builder_.getInt64Ty();
      case ir::Element::kU8:
        return builder_.getInt8Ty();
      case ir::Element::kBool:
        return builder_.getInt1Ty();
    }
    return nullptr;
  };
  return lanes == 1 ? scalar() : llvm::FixedVectorType::get(scalar(), static_cast<unsigned>(lanes));
}

llvm::Value* Emitter::Constant(ir::Element element, double value, int64_t lanes) {
  llvm::Type* type = ComputeType(element, lanes);
  if (element == ir::Element::kBF16) value = ir::RoundToBF16(value);
  if (ir::IsFloat(element)) return llvm::ConstantFP::get(type, value);
  if (element == ir::Element::kBool) return llvm::ConstantInt::get(type, value != 0);
  return llvm::ConstantInt::getSigned(type, static_cast<int64_t>(value));
}

llvm::Value* Emitter::Splat(llvm::Value* scalar, int64_t lanes) {
  return lanes == 1 ? scalar : builder_.CreateVectorSplat(static_cast<unsigned>(lanes), scalar);
}

llvm::Value* Emitter::Ramp(llvm::Value* start, int64_t step, int64_t lanes) {
  if (lanes == 1) return start;
  std::vector<llvm::Constant*> offsets;
  for (int64_t i = 0; i < lanes; ++i) offsets.push_back(llvm::ConstantInt::getSigned(start->getType(), i * step));
  return builder_.CreateAdd(Splat(start, lanes), llvm::ConstantVector::get(offsets));
}

int64_t Emitter::LanesOf(const llvm::Value* value) {
  const auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value->getType());
  return vector ? vector->getNumElements() : 1;
}

llvm::Value* Emitter::PrefixMask(int64_t active, int64_t lanes) {
  if (lanes == 1) return builder_.getInt1(active > 0);
  std::vector<llvm::Constant*> bits;
  for (int64_t i = 0; i < lanes; ++i) bits.push_back(builder_.getInt1(i < active));
  return llvm::ConstantVector::get(bits);
}

llvm::Value* Emitter::PrefixMask(llvm::Value* active, int64_t lanes) {
  return builder_.CreateICmpSLT(Ramp(llvm::ConstantInt::get(active->getType(), 0), 1, lanes), Splat(active, lanes));
}

// Loops
// ------------------------------------------------------------------------------------------------------------------

void Emitter::For(int64_t begin, int64_t end, int64_t step, Body body, int64_t unroll) {
  ForCarry(
      begin, end, step, {},
      [&](llvm::Value* i, const Values&) {
        body(i);
        return Values{};
      },
      unroll);
}

void Emitter::For(llvm::Value* begin, llvm::Value* end, int64_t step, Body body) {
  ForCarry(begin, end, step, {}, [&](llvm::Value* i, const Values&) {
    body(i);
    return Values{};
  });
}

Values Emitter::ForCarry(int64_t begin, int64_t end, int64_t step, const Values& initial, CarryBody body,
                         int64_t unroll) {
  const int64_t trips = end > begin ? (end - begin + step - 1) / step : 0;
  if (trips > std::max<int64_t>(unroll, 1)) return EmitLoop(Index(begin), Index(end), step, initial, body, false);
  Values carried = initial;
  for (int64_t i = begin; i < end; i += step) carried = body(Index(i), carried);
  return carried;
}

Values Emitter::ForCarry(llvm::Value* begin, llvm::Value* end, int64_t step, const Values& initial, CarryBody body) {
  const auto* first = llvm::dyn_cast<llvm::ConstantInt>(begin);
  const auto* last = llvm::dyn_cast<llvm::ConstantInt>(end);
  if (first && last) return ForCarry(first->getSExtValue(), last->getSExtValue(), step, initial, body);
  return EmitLoop(begin, end, step, initial, body, /*may_be_empty=*/true);
}

// The test is at the loop's end, behind a guard where the loop may be empty: what LLVM's loop passes would rotate it
// to.
Values Emitter::EmitLoop(llvm::Value* begin, llvm::Value* end, int64_t step, const Values& initial, CarryBody body,
                         bool may_be_empty) {
  llvm::BasicBlock* before = builder_.GetInsertBlock();
  llvm::BasicBlock* loop = llvm::BasicBlock::Create(builder_.getContext(), "loop", function_);
  llvm::BasicBlock* done = llvm::BasicBlock::Create(builder_.getContext(), "done", function_);
  if (may_be_empty) {
    builder_.CreateCondBr(builder_.CreateICmpSLT(begin, end), loop, done);
  } else {
    builder_.CreateBr(loop);
  }

  builder_.SetInsertPoint(loop);
  llvm::PHINode* i = builder_.CreatePHI(builder_.getInt64Ty(), 2, "i");
  i->addIncoming(begin, before);
  std::vector<llvm::PHINode*> phis;
  for (llvm::Value* value : initial) {
    phis.push_back(builder_.CreatePHI(value->getType(), 2));
    phis.back()->addIncoming(value, before);
  }
  const Values next = body(i, Values(phis.begin(), phis.end()));
  assert(next.size() == initial.size());

  llvm::Value* following = builder_.CreateNSWAdd(i, Index(step));
  llvm::BasicBlock* latch = builder_.GetInsertBlock();
  builder_.CreateCondBr(builder_.CreateICmpSLT(following, end), loop, done);
  i->addIncoming(following, latch);
  for (size_t n = 0; n < next.size(); ++n) phis[n]->addIncoming(next[n], latch);
  done->moveAfter(latch);
  builder_.SetInsertPoint(done);
  if (!may_be_empty) return next;

  Values results;
  for (size_t n = 0; n < next.size(); ++n) {
    llvm::PHINode* result = builder_.CreatePHI(next[n]->getType(), 2);
    result->addIncoming(initial[n], before);
    result->addIncoming(next[n], latch);
    results.push_back(result);
  }
  return results;
}

void Emitter::If(llvm::Value* condition, llvm::function_ref<void()> then) {
  llvm::BasicBlock* yes = llvm::BasicBlock::Create(builder_.getContext(), "then", function_);
  llvm::BasicBlock* done = llvm::BasicBlock::Create(builder_.getContext(), "done", function_);
  builder_.CreateCondBr(condition, yes, done);
  builder_.SetInsertPoint(yes);
  then();
  done->moveAfter(builder_.GetInsertBlock());
  if (!builder_.GetInsertBlock()->getTerminator()) builder_.CreateBr(done);
  builder_.SetInsertPoint(done);
}

Emitter::Range Emitter::ThreadShare(int64_t units, int64_t threads) {
  if (threads == 1) return {Index(0), Index(units)};
  const auto cut = [&](llvm::Value* thread) {
    return builder_.CreateUDiv(builder_.CreateNUWMul(thread, Index(units)), Index(threads));
  };
  return {cut(arguments_.thread), cut(builder_.CreateNUWAdd(arguments_.thread, Index(1)))};
}

// Arithmetic
// -------------------------------------------------------------------------------------------------------------

llvm::Value* Emitter::MulAdd(llvm::Value* a, llvm::Value* b, llvm::Value* c) {
  if (c->getType()->isFPOrFPVectorTy())
    return builder_.CreateIntrinsic(llvm::Intrinsic::fma, {c->getType()}, {a, b, c});
  return builder_.CreateAdd(builder_.CreateMul(a, b), c);
}

llvm::Value* Emitter::Add(llvm::Value* a, llvm::Value* b) {
  return a->getType()->isFPOrFPVectorTy() ? builder_.CreateFAdd(a, b) : builder_.CreateAdd(a, b);
}

llvm::Value* Emitter::Mul(llvm::Value* a, llvm::Value* b) {
  return a->getType()->isFPOrFPVectorTy() ? builder_.CreateFMul(a, b) : builder_.CreateMul(a, b);
}

llvm::Value* Emitter::Fold(llvm::Value* vector, llvm::function_ref<llvm::Value*(llvm::Value*, llvm::Value*)> combine) {
  int64_t lanes = LanesOf(vector);
  if (lanes == 1) return vector;
  for (; lanes > 1; lanes /= 2) {
    assert(lanes % 2 == 0 && "Fold needs a power of two lanes");
    std::vector<int> lower(static_cast<size_t>(lanes / 2));
    std::vector<int> upper(lower.size());
    std::iota(lower.begin(), lower.end(), 0);
    std::iota(upper.begin(), upper.end(), static_cast<int>(lanes / 2));
    vector = combine(builder_.CreateShuffleVector(vector, lower), builder_.CreateShuffleVector(vector, upper));
  }
  return builder_.CreateExtractElement(vector, uint64_t{0});
}

llvm::Value* Emitter::FoldAdd(llvm::Value* vector) {
  return Fold(vector, [&](llvm::Value* a, llvm::Value* b) { return Add(a, b); });
}

llvm::Value* Emitter::Intrinsic(unsigned id, const Values& operands) {
  return builder_.CreateIntrinsic(id, {operands[0]->getType()}, operands);
}

namespace {

llvm::Value* FloatToInteger(llvm::IRBuilder<>& builder, llvm::Value* value, llvm::Type* type, ir::Element to) {
  const auto id = to == ir::Element::kU8 ? llvm::Intrinsic::fptoui_sat : llvm::Intrinsic::fptosi_sat;
  return builder.CreateIntrinsic(id, {type, value->getType()}, {value});
}

}  // namespace

llvm::Value* Emitter::Convert(llvm::Value* value, ir::Element from, ir::Element to) {
  llvm::Type* type = ComputeType(to, LanesOf(value));
  const bool is_signed = from != ir::Element::kU8 && from != ir::Element::kBool;
  if (from == to || type == value->getType()) return value;
  if (to == ir::Element::kBool) {
    llvm::Value* zero = llvm::Constant::getNullValue(value->getType());
    return ir::IsFloat(from) ? builder_.CreateFCmpUNE(value, zero) : builder_.CreateICmpNE(value, zero);
  }
  if (ir::IsFloat(from)) {
    return ir::IsFloat(to) ? builder_.CreateFPCast(value, type) : FloatToInteger(builder_, value, type, to);
  }
  if (!ir::IsFloat(to)) return builder_.CreateIntCast(value, type, is_signed);
  return is_signed ? builder_.CreateSIToFP(value, type) : builder_.CreateUIToFP(value, type);
}

}  // namespace nnc::codegen
