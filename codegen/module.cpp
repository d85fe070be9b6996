#include "codegen/module.h"

#include <algorithm>

#include "codegen/bounds.h"
#include "codegen/memory_kernels.h"
#include "codegen/product_kernel.h"
#include "codegen/read_profile.h"
#include "codegen/threads.h"
#include "codegen/train_loop.h"
#include "ir/scan.h"

namespace nnc::codegen {
namespace {

// A schedule with all that is decided about it. `name` begins the symbols of its kernels.
struct Planned {
  const Schedule& schedule;
  const BufferPlan& buffers;
  const KernelPlans& kernels;
  std::string name;

  Planned BodyOf(size_t k) const {
    return {*schedule.kernels[k].body, buffers.bodies[k], kernels.bodies[k], SymbolOf(k)};
  }
  std::string SymbolOf(size_t k) const { return name + "." + std::to_string(k); }
};

class EntryEmitter {
 public:
  EntryEmitter(llvm::Module& module, const Program& program, size_t function, KernelCodes& codes)
      : threads_(program.options.threads),
        profile_(program.profile),
        checked_(program.options.check_bounds),
        arena_bytes_(program.arena.peak_bytes),
        whole_{program.schedules[function], program.arena.functions[function], program.kernels[function],
               program.schedules[function].function->name()},
        codes_(codes),
        e_(module, whole_.name, program.target) {}

  void Run() {
    EmitCounted(e_, profile_, whole_.name, [&] { EmitWhole(); });
    e_.Finish();
    if (!checked_) return;
    BoundsChecks checks;
    checks.Allow(e_.arguments().arena, e_.Index(arena_bytes_));
    checks.AddTo(*e_.function());
  }

 private:
  llvm::Value* OnFirstThread() { return e_.ir().CreateICmpEQ(e_.arguments().thread, e_.Index(0)); }

  void EmitWhole() {
    if (AnySplit(whole_.kernels) || threads_ == 1) {
      EmitTogether(whole_, /*is_loop=*/false);
    } else {
      e_.If(OnFirstThread(), [&] { EmitAlone(whole_); });
    }
    EmitBarrier(e_, threads_);
  }

  void EmitAlone(const Planned& planned) {
    for (size_t k = 0; k < planned.schedule.kernels.size(); ++k) EmitKernel(planned, k, 1);
  }

  // Threads meet before a kernel that another thread may have made input for, or that one may still read the output of.
  // In a loop the last kernel comes before the first.
  void EmitTogether(const Planned& planned, bool is_loop) {
    const std::vector<bool>& split = planned.kernels.split;
    for (size_t k = 0; k < split.size(); ++k) {
      const bool first = k == 0 && !is_loop;
      const bool meet = !first && (split[k] || split[k == 0 ? split.size() - 1 : k - 1]);
      if (meet) EmitBarrier(e_, threads_);
      Emit(planned, k);
    }
  }

  void Emit(const Planned& planned, size_t k) {
    if (planned.kernels.split[k] || threads_ == 1) return EmitKernel(planned, k, threads_);
    e_.If(OnFirstThread(), [&] { EmitKernel(planned, k, 1); });
  }

  void EmitKernel(const Planned& planned, size_t k, int threads) {
    EmitCounted(e_, profile_, planned.SymbolOf(k), [&] { EmitUncounted(planned, k, threads); });
  }

  void EmitUncounted(const Planned& planned, size_t k, int threads) {
    const Kernel& kernel = planned.schedule.kernels[k];
    if (kernel.kind == KernelKind::kScan) return EmitScan(planned, k, threads);
    if (kernel.kind == KernelKind::kCopy) return EmitCopy(e_, planned.schedule, planned.buffers, kernel);
    const PlannedKernel own = {&planned.schedule, &planned.buffers,          &kernel, &planned.kernels.products[k],
                               threads,           planned.buffers.scratch[k]};
    EmitKernelCall(e_, codes_.Add(own, planned.SymbolOf(k)), own);
  }

  // The initial carries are put where the last will be, where the body changes them.
  void EmitScan(const Planned& planned, size_t k, int threads) {
    const ir::Node& node = planned.schedule.function->node(planned.schedule.kernels[k].root);
    const ir::ScanParts scan = ir::PartsOf(node);
    const Planned body = planned.BodyOf(k);
    const auto copy_carries = [&] {
      for (size_t i = 0; i < scan.carries; ++i) CopyCarry(planned, node.operands[i], body, i);
    };
    threads == 1 ? copy_carries() : e_.If(OnFirstThread(), copy_carries);
    const int64_t length = scan.length.value();
    e_.For(0, length, 1, [&](llvm::Value* step) {
      e_.EnterIteration(scan.reverse ? e_.ir().CreateSub(e_.Index(length - 1), step) : step);
      threads == 1 ? EmitAlone(body) : EmitTogether(body, /*is_loop=*/true);
      e_.LeaveIteration();
    });
  }

  void CopyCarry(const Planned& planned, ir::Value initial, const Planned& body, size_t carry) {
    const auto buffer = static_cast<size_t>(planned.schedule.buffer_of[initial.index]);
    const BufferPlan::Place &from = planned.buffers.places[buffer], &to = body.buffers.places[carry];
    if (from.arena() == to.arena()) return;
    CopyBytes(e_, from, to, planned.schedule.buffers[buffer].type.bytes());
  }

  const int threads_;
  const ProfileTable& profile_;
  const bool checked_;
  const int64_t arena_bytes_;
  const Planned whole_;
  KernelCodes& codes_;
  Emitter e_;
};

const Entry* Find(const Program& program, const std::string& name) {
  const auto found = std::ranges::find(program.entries, name, &Entry::name);
  return found == program.entries.end() ? nullptr : &*found;
}

}  // namespace

KernelCodes EmitEntries(llvm::Module& module, const Program& program, const std::vector<LoopSpec>& loops) {
  KernelCodes codes;
  for (size_t f = 0; f < program.schedules.size(); ++f) EntryEmitter(module, program, f, codes).Run();
  for (const LoopSpec& loop : loops) {
    EmitTrainLoop(module, loop, *Find(program, loop.entry), Find(program, loop.tail_entry), program.target,
                  program.options.threads, program.profile,
                  program.options.check_bounds ? program.arena.peak_bytes : 0);
  }
  if (program.options.profile) EmitTicks(module, program.target);
  return codes;
}

void EmitKernels(llvm::Module& module, const Program& program, std::span<const KernelCodes::Code> codes) {
  for (const KernelCodes::Code& code : codes) {
    EmitKernelCode(module, code, program.target, program.options.check_bounds);
  }
}

}  // namespace nnc::codegen
