#include "codegen/profile_table.h"

#include <llvm/IR/Intrinsics.h>
#include <llvm/TargetParser/Triple.h>

#include <cstddef>

namespace nnc::codegen {
namespace {

// A counter of constant rate that programs may read: TSC on x86, CNTVCT_EL0 on AArch64, whose cycle counter they may
// not.
llvm::Value* ReadCounter(Emitter& e) {
  const bool is_arm = llvm::Triple(e.module().getTargetTriple()).isAArch64();
  return e.ir().CreateIntrinsic(is_arm ? llvm::Intrinsic::readsteadycounter : llvm::Intrinsic::readcyclecounter, {},
                                {});
}

}  // namespace

int64_t ProfileTable::thread_bytes() const {
  constexpr int64_t kLine = 64;
  const int64_t bytes = static_cast<int64_t>(numbers_.size() * sizeof(CounterRow));
  return (bytes + kLine - 1) / kLine * kLine;
}

int64_t ProfileTable::OffsetOf(const std::string& symbol) const {
  return offset_ + numbers_.at(symbol) * static_cast<int64_t>(sizeof(CounterRow));
}

void EmitCounted(Emitter& e, const ProfileTable& table, const std::string& symbol, llvm::function_ref<void()> call) {
  if (table.empty()) return call();
  llvm::IRBuilder<>& ir = e.ir();
  llvm::Value* begin = ReadCounter(e);
  call();
  llvm::Value* end = ReadCounter(e);

  constexpr int64_t kBytes = sizeof(int64_t);
  llvm::Value* of_thread = ir.CreateMul(e.arguments().thread, e.Index(table.thread_bytes() / kBytes));
  const Pointer row = e.Advance(e.Arena(ir::Element::kI64, table.OffsetOf(symbol)), of_thread);
  const auto member = [&](size_t offset) { return e.Advance(row, static_cast<int64_t>(offset) / kBytes); };
  const auto add = [&](size_t offset, llvm::Value* number) {
    e.Store(member(offset), ir.CreateAdd(e.Load(member(offset)), number));
  };
  add(offsetof(CounterRow, calls), e.Index(1));
  add(offsetof(CounterRow, ticks), ir.CreateSub(end, begin));
  e.Store(member(offsetof(CounterRow, begin)), begin);
  e.Store(member(offsetof(CounterRow, end)), end);
}

void EmitTicks(llvm::Module& module, const Target& target) {
  Emitter e(module, kTicksSymbol, target);
  e.Store({e.function()->getArg(0), ir::Element::kI64, sizeof(int64_t)}, ReadCounter(e));
  e.Finish();
}

}  // namespace nnc::codegen
