#include "codegen/train_loop.h"

#include <llvm/ADT/FloatingPointMode.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "codegen/bounds.h"
#include "codegen/emitter.h"
#include "codegen/read_profile.h"
#include "codegen/threads.h"

namespace nnc::codegen {
namespace {

const Slot* FindSlot(const std::vector<Slot>& slots, const std::string& name) {
  const auto found = std::ranges::find(slots, name, &Slot::name);
  return found == slots.end() ? nullptr : &*found;
}

const Slot& SlotOf(const std::vector<Slot>& slots, const std::string& name, const Entry& entry) {
  const Slot* slot = FindSlot(slots, name);
  if (!slot) throw std::logic_error("@" + entry.name + " has no %" + name + ", which its loop needs");
  return *slot;
}

llvm::Function* AddLoopFunction(llvm::Module& module, const std::string& name) {
  llvm::LLVMContext& context = module.getContext();
  llvm::Type* pointer = llvm::PointerType::getUnqual(context);
  auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                       {pointer, llvm::Type::getInt64Ty(context), pointer}, /*isVarArg=*/false);
  return llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module);
}

// Every thread computes the loop's variables and so takes the same turns; the first one alone writes them to the state.
class TrainLoop {
 public:
  TrainLoop(llvm::Module& module, const LoopSpec& spec, const Entry& whole, const Entry* tail, const Target& target,
            int threads, const ProfileTable& profile, int64_t arena_bytes)
      : spec_(spec),
        whole_(whole),
        tail_(tail),
        threads_(threads),
        profile_(profile),
        arena_bytes_(arena_bytes),
        e_(AddLoopFunction(module, spec.name), target) {}

  void Emit() {
    ReadState();
    llvm::Value* rest = ir().CreateNSWSub(rows_, position_);
    llvm::Value* fitting = ir().CreateSDiv(rest, e_.Index(spec_.batch));
    llvm::Value* whole = ir().CreateBinaryIntrinsic(llvm::Intrinsic::smin, batches_, fitting);
    e_.For(e_.Index(0), whole, 1, [&](llvm::Value* i) {
      RunBatch(whole_, spec_.batch, ir().CreateNSWAdd(position_, Times(i, spec_.batch)), ir().CreateNSWAdd(step_, i));
    });
    llvm::Value* done = Times(whole, spec_.batch);
    llvm::Value* last_step = ir().CreateNSWAdd(step_, whole);
    llvm::Value* at_end = ir().CreateICmpSLT(whole, batches_);
    if (tail_) {
      llvm::Value* left = ir().CreateICmpEQ(ir().CreateNSWSub(rest, done), e_.Index(spec_.tail));
      llvm::Value* runs = ir().CreateAnd(at_end, left);
      e_.If(runs, [&] { RunBatch(*tail_, spec_.tail, ir().CreateNSWAdd(position_, done), last_step); });
      last_step = ir().CreateNSWAdd(last_step, ir().CreateZExt(runs, ir().getInt64Ty()));
    }
    WritePlace(ir().CreateSelect(at_end, rows_, ir().CreateNSWAdd(position_, done)), last_step);
    e_.Finish();
  }

  void AddChecks() { checks_.AddTo(*e_.function()); }

 private:
  llvm::IRBuilder<>& ir() { return e_.ir(); }
  llvm::Value* Times(llvm::Value* value, int64_t number) { return ir().CreateNSWMul(value, e_.Index(number)); }

  Pointer Member(size_t offset, ir::Element element = ir::Element::kI64) {
    return {ir().CreateConstInBoundsGEP1_64(ir().getInt8Ty(), state_, offset), element, 8};
  }
  llvm::Value* LoadMember(size_t offset) { return e_.Load(Member(offset)); }
  // The address, kept at `place`, of `bytes` bytes.
  llvm::Value* LoadAddress(llvm::Value* place, llvm::Value* bytes) {
    llvm::Value* address = ir().CreateAlignedLoad(ir().getPtrTy(), place, llvm::Align(8));
    checks_.Allow(address, bytes);
    return address;
  }
  // Of an array, kept in the state.
  llvm::Value* LoadArray(size_t offset, size_t entries) {
    return LoadAddress(Member(offset).address, e_.Index(static_cast<int64_t>(8 * entries)));
  }
  void OnFirstThread(llvm::function_ref<void()> work) {
    if (threads_ == 1) return work();
    e_.If(ir().CreateIsNull(e_.arguments().thread), work);
  }

  void ReadState() {
    state_ = e_.function()->getArg(0);
    checks_.Allow(state_, e_.Index(sizeof(LoopState)));
    e_.set_arguments({LoadAddress(Member(offsetof(LoopState, arena)).address, e_.Index(arena_bytes_)),
                      e_.function()->getArg(1), e_.function()->getArg(2)});
    rows_ = LoadMember(offsetof(LoopState, rows));
    position_ = LoadMember(offsetof(LoopState, position));
    batches_ = LoadMember(offsetof(LoopState, batches));
    step_ = LoadMember(offsetof(LoopState, step));
    const size_t fields = spec_.fields.size();
    llvm::Value* columns = LoadArray(offsetof(LoopState, columns), fields);
    llvm::Value* column_bytes = LoadArray(offsetof(LoopState, column_bytes), fields);
    llvm::Value* orders = LoadArray(offsetof(LoopState, orders), fields);
    const auto entry = [&](llvm::Value* array, size_t i) {
      return ir().CreateConstInBoundsGEP1_64(ir().getInt64Ty(), array, i);
    };
    for (size_t i = 0; i < fields; ++i) {
      llvm::Value* bytes = nullptr;
      if (arena_bytes_ > 0) bytes = e_.Load({entry(column_bytes, i), ir::Element::kI64, 8});
      columns_.push_back(LoadAddress(entry(columns, i), bytes));
      orders_.push_back(LoadAddress(entry(orders, i), Times(rows_, 8)));
    }
  }

  void RunBatch(const Entry& entry, int64_t rows, llvm::Value* position, llvm::Value* step) {
    EmitCounted(e_, profile_, GatherSymbol(entry.name), [&] { Gather(entry, rows, position); });
    OnFirstThread([&] { WriteStep(entry, step); });
    EmitBarrier(e_, threads_);
    const KernelArguments& arguments = e_.arguments();
    llvm::FunctionCallee callee = e_.module().getOrInsertFunction(entry.name, e_.function()->getFunctionType());
    ir().CreateCall(callee, {arguments.arena, arguments.thread, arguments.team});

    llvm::Value* loss = LoadScalar(SlotOf(entry.results, spec_.sums.front(), entry));
    e_.If(ir().CreateNot(ir().createIsFPClass(loss, llvm::fcFinite)), [&] {
      OnFirstThread([&] { e_.Store(Member(offsetof(LoopState, bad_step)), step); });
      WritePlace(ir().CreateNSWAdd(position, e_.Index(rows)), ir().CreateNSWAdd(step, e_.Index(1)));
      e_.Finish();
    });
    OnFirstThread([&] { AddSums(entry, rows); });
  }

  // Each thread copies some rows of the batch.
  void Gather(const Entry& entry, int64_t rows, llvm::Value* position) {
    if (spec_.fields.empty()) return;
    const auto share = e_.ThreadShare(rows, threads_);
    e_.For(share.begin, share.end, 1, [&](llvm::Value* row) {
      llvm::Value* place = ir().CreateNSWAdd(position, row);
      for (size_t i = 0; i < columns_.size(); ++i) {
        llvm::Value* source_row = e_.Load(e_.Advance({orders_[i], ir::Element::kI64, 8}, place));
        const Slot& slot = SlotOf(entry.arguments, spec_.fields[i], entry);
        const int64_t bytes = slot.type.bytes() / rows;
        const Pointer from = e_.Advance({columns_[i], ir::Element::kU8, 1}, Times(source_row, bytes), bytes);
        const Pointer to = e_.Advance(e_.Arena(ir::Element::kU8, slot.offset), Times(row, bytes), bytes);
        ir().CreateMemCpy(to.address, llvm::MaybeAlign(static_cast<uint64_t>(to.alignment)), from.address,
                          llvm::MaybeAlign(1), static_cast<uint64_t>(bytes));
      }
    });
  }

  void WriteStep(const Entry& entry, llvm::Value* step) {
    const Slot* slot = FindSlot(entry.arguments, "step");
    if (!slot) return;
    e_.Store(e_.Arena(slot->type.element, slot->offset), e_.Convert(step, ir::Element::kI64, slot->type.element));
  }

  llvm::Value* LoadScalar(const Slot& slot) {
    return e_.Convert(e_.Load(e_.Arena(slot.type.element, slot.offset)), slot.type.element, ir::Element::kF64);
  }

  void AddSums(const Entry& entry, int64_t rows) {
    const Pointer sums = {LoadArray(offsetof(LoopState, sums), spec_.sums.size()), ir::Element::kF64, 8};
    for (size_t i = 0; i < spec_.sums.size(); ++i) {
      llvm::Value* value = LoadScalar(SlotOf(entry.results, spec_.sums[i], entry));
      const Pointer sum = e_.Advance(sums, static_cast<int64_t>(i));
      e_.Store(sum, e_.MulAdd(value, e_.Constant(ir::Element::kF64, static_cast<double>(rows)), e_.Load(sum)));
    }
    const Pointer samples = Member(offsetof(LoopState, samples));
    e_.Store(samples, ir().CreateNSWAdd(e_.Load(samples), e_.Index(rows)));
  }

  void WritePlace(llvm::Value* position, llvm::Value* step) {
    OnFirstThread([&] {
      e_.Store(Member(offsetof(LoopState, position)), position);
      e_.Store(Member(offsetof(LoopState, step)), step);
    });
  }

  const LoopSpec& spec_;
  const Entry& whole_;
  const Entry* tail_;
  const int threads_;
  const ProfileTable& profile_;
  const int64_t arena_bytes_;
  Emitter e_;
  BoundsChecks checks_;

  // As they were when the loop was entered.
  llvm::Value* state_ = nullptr;
  llvm::Value* rows_ = nullptr;
  llvm::Value* position_ = nullptr;
  llvm::Value* batches_ = nullptr;
  llvm::Value* step_ = nullptr;
  Values columns_, orders_;
};

}  // namespace

void EmitTrainLoop(llvm::Module& module, const LoopSpec& spec, const Entry& whole, const Entry* tail,
                   const Target& target, int threads, const ProfileTable& profile, int64_t checked_bytes) {
  TrainLoop loop(module, spec, whole, tail, target, threads, profile, checked_bytes);
  loop.Emit();
  if (checked_bytes > 0) loop.AddChecks();
}

}  // namespace nnc::codegen
