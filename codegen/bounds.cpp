#include "codegen/bounds.h"

#include <fmt/format.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "ir/diagnostics.h"
#include "ir/source.h"

namespace nnc::codegen {
namespace {

// Consecutive elements of `type` at `address`, or an element at each of a vector of addresses; where `mask` is given,
// of a vector type or addresses, only those whose lane is set.
struct Access {
  llvm::Instruction* at = nullptr;  // before it
  llvm::Value* address = nullptr;
  llvm::Value* bytes = nullptr;  // of the whole, or of one lane where there is a mask
  llvm::Value* mask = nullptr;
};

class Checker {
 public:
  Checker(llvm::Function& function, const std::map<const llvm::Value*, llvm::Value*>& extents)
      : function_(function), extents_(extents), layout_(function.getParent()->getDataLayout()) {}

  void Run() {
    for (llvm::Instruction& instruction : llvm::instructions(function_)) Collect(instruction);
    for (const Access& access : accesses_) Check(access);
  }

 private:
  llvm::Value* BytesOf(llvm::Type* type) {
    return llvm::ConstantInt::get(llvm::Type::getInt64Ty(function_.getContext()),
                                  layout_.getTypeStoreSize(type).getFixedValue());
  }

  void Collect(llvm::Instruction& instruction) {
    if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
      accesses_.push_back({load, load->getPointerOperand(), BytesOf(load->getType())});
    } else if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
      accesses_.push_back({store, store->getPointerOperand(), BytesOf(store->getValueOperand()->getType())});
    } else if (auto* copy = llvm::dyn_cast<llvm::MemCpyInst>(&instruction)) {
      accesses_.push_back({copy, copy->getSource(), copy->getLength()});
      accesses_.push_back({copy, copy->getDest(), copy->getLength()});
    } else if (auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction)) {
      CollectMasked(*call);
    } else if (instruction.mayReadOrWriteMemory() && !llvm::isa<llvm::CallInst>(instruction)) {
      throw std::logic_error("an access to memory that cannot be checked");
    }
  }

  // A call of another function is checked there, or has no addresses but the team's.
  void CollectMasked(llvm::IntrinsicInst& call) {
    const auto add = [&](unsigned address, unsigned mask, llvm::Type* type) {
      accesses_.push_back(
          {&call, call.getArgOperand(address), BytesOf(type->getScalarType()), call.getArgOperand(mask)});
    };
    switch (call.getIntrinsicID()) {
      case llvm::Intrinsic::masked_load:
      case llvm::Intrinsic::masked_gather:
        return add(0, 2, call.getType());
      case llvm::Intrinsic::masked_store:
      case llvm::Intrinsic::masked_scatter:
        return add(1, 3, call.getArgOperand(0)->getType());
      case llvm::Intrinsic::prefetch:
        return;  // touches nothing
      default:
        if (call.mayReadOrWriteMemory()) throw std::logic_error("an access to memory that cannot be checked");
    }
  }

  llvm::Value* ExtentOf(const llvm::Value* place) const {
    const auto known = extents_.find(place);
    if (known == extents_.end()) throw std::logic_error(function_.getName().str() + " touches an unknown place");
    return known->second;
  }

  void Check(const Access& access) {
    llvm::IRBuilder<> ir(access.at);
    llvm::Value* place = access.address;
    while (auto* moved = llvm::dyn_cast<llvm::GEPOperator>(place)) place = moved->getPointerOperand();
    llvm::Value* extent = ExtentOf(place);
    llvm::Value* offset = OffsetFrom(ir, place, access);
    llvm::Value* outside = Outside(ir, offset, access.bytes, extent);
    if (access.mask != nullptr) {
      llvm::Value* lanes = ir.CreateAnd(access.mask, outside);
      outside = ir.CreateOrReduce(lanes);
      offset = ir.CreateExtractElement(offset, FirstSet(ir, lanes));
    }
    llvm::Instruction* end = llvm::SplitBlockAndInsertIfThen(outside, access.at, /*Unreachable=*/true);
    ir.SetInsertPoint(end);
    ir.CreateCall(Reporter(), {Name(ir), offset, access.bytes, extent});
  }

  // In bytes; of each lane where there is a mask.
  llvm::Value* OffsetFrom(llvm::IRBuilder<>& ir, llvm::Value* place, const Access& access) {
    llvm::Value* start = ir.CreatePtrToInt(place, ir.getInt64Ty());
    if (access.mask == nullptr) return ir.CreateSub(ir.CreatePtrToInt(access.address, ir.getInt64Ty()), start);
    auto* type = llvm::VectorType::get(ir.getInt64Ty(), llvm::cast<llvm::VectorType>(access.mask->getType()));
    start = ir.CreateVectorSplat(type->getElementCount(), start);
    if (access.address->getType()->isVectorTy()) {
      return ir.CreateSub(ir.CreatePtrToInt(access.address, type), start);
    }
    llvm::Value* first =
        ir.CreateVectorSplat(type->getElementCount(), ir.CreatePtrToInt(access.address, ir.getInt64Ty()));
    llvm::Value* size = ir.CreateVectorSplat(type->getElementCount(), access.bytes);
    return ir.CreateSub(ir.CreateAdd(first, ir.CreateMul(ir.CreateStepVector(type), size)), start);
  }

  // Without overflow: a place is smaller than half of all addresses, so that an offset before it is, unsigned, far
  // behind it.
  static llvm::Value* Outside(llvm::IRBuilder<>& ir, llvm::Value* offset, llvm::Value* bytes, llvm::Value* extent) {
    if (auto* lanes = llvm::dyn_cast<llvm::VectorType>(offset->getType())) {
      bytes = ir.CreateVectorSplat(lanes->getElementCount(), bytes);
      extent = ir.CreateVectorSplat(lanes->getElementCount(), extent);
    }
    return ir.CreateOr(ir.CreateICmpUGT(offset, extent), ir.CreateICmpULT(ir.CreateSub(extent, offset), bytes));
  }

  static llvm::Value* FirstSet(llvm::IRBuilder<>& ir, llvm::Value* lanes) {
    const unsigned count = llvm::cast<llvm::FixedVectorType>(lanes->getType())->getNumElements();
    llvm::Value* bits = ir.CreateZExt(ir.CreateBitCast(lanes, ir.getIntNTy(count)), ir.getInt64Ty());
    return ir.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, bits, ir.getFalse());
  }

  llvm::FunctionCallee Reporter() {
    llvm::Type* pointer = llvm::PointerType::getUnqual(function_.getContext());
    llvm::Type* number = llvm::Type::getInt64Ty(function_.getContext());
    return function_.getParent()->getOrInsertFunction(
        kOutOfBoundsSymbol, llvm::FunctionType::get(llvm::Type::getVoidTy(function_.getContext()),
                                                    {pointer, number, number, number}, /*isVarArg=*/false));
  }

  llvm::Value* Name(llvm::IRBuilder<>& ir) {
    if (name_ == nullptr) name_ = ir.CreateGlobalString(function_.getName(), "name");
    return name_;
  }

  llvm::Function& function_;
  const std::map<const llvm::Value*, llvm::Value*>& extents_;
  const llvm::DataLayout& layout_;
  std::vector<Access> accesses_;
  llvm::Value* name_ = nullptr;
};

}  // namespace

void BoundsChecks::AddTo(llvm::Function& function) const { Checker(function, extents_).Run(); }

void nnc_out_of_bounds(const char* function, int64_t offset, int64_t bytes, int64_t extent) {
  const Failure failure(
      DiagnosticKind::kInternal, "",
      fmt::format("the code of {} touches {} bytes at {} of {} bytes", function, bytes, offset, extent));
  std::fputs(Render(failure.diagnostic(), SourceManager(), /*color=*/false).c_str(), stderr);
  std::_Exit(InfoOf(DiagnosticKind::kInternal).exit_code);
}

}  // namespace nnc::codegen
