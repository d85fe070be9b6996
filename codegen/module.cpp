#include "codegen/module.h"

#include <algorithm>

#include "codegen/memory_kernels.h"
#include "codegen/nest_kernel.h"
#include "codegen/product_kernel.h"
#include "codegen/split_reductions.h"
#include "codegen/threads.h"
#include "codegen/train_loop.h"

namespace nnc::codegen {
namespace {

// Work below this takes less time than the other threads take to hear of it and report back.
constexpr int64_t kWorthSplitting = 20'000;  // nanoseconds

bool IsSplit(const Schedule& schedule, const Kernel& kernel, int threads) {
  const bool divisible = kernel.kind != KernelKind::kScatter && kernel.kind != KernelKind::kCopy;
  return threads > 1 && divisible && EstimateNanoseconds(schedule, kernel) > kWorthSplitting;
}

void PlanKernels(Schedule& schedule, Program& program) {
  std::vector<MatmulPlan> products(schedule.kernels.size());
  std::vector<bool> split(schedule.kernels.size());
  for (size_t k = 0; k < schedule.kernels.size(); ++k) {
    Kernel& kernel = schedule.kernels[k];
    split[k] = IsSplit(schedule, kernel, program.options.threads);
    if (kernel.kind != KernelKind::kMatMul) continue;
    const MatmulSpec spec = SpecOf(*schedule.function, schedule.function->node(kernel.root));
    products[k] = PlanMatmul(spec, program.target, split[k] ? program.options.threads : 1);
    kernel.scratch_bytes = products[k].scratch_bytes();
  }
  program.products.push_back(std::move(products));
  program.split.push_back(std::move(split));
}

Entry EntryOf(const Schedule& schedule, const ArenaPlan& arena) {
  const ir::Function& function = *schedule.function;
  Entry entry;
  entry.name = function.name();
  for (uint32_t i = 0; i < function.argument_count(); ++i) {
    const ir::Node& n = function.node(ir::Value{i});
    entry.arguments.push_back({n.name, n.type, arena.persistent.at(n.name)});
  }
  for (const ir::Result& result : function.results()) {
    entry.results.push_back({result.name, function.type(result.value), arena.persistent.at(result.name)});
  }
  return entry;
}

class EntryEmitter {
 public:
  EntryEmitter(llvm::Module& module, const Program& program, size_t function)
      : program_(program),
        schedule_(program.schedules[function]),
        plan_(program.arena.functions[function]),
        function_(function),
        e_(module, schedule_.function->name(), program.target) {}

  // Threads meet before a kernel that another thread may have made input for, or that one may still read the output of.
  void Run() {
    const std::vector<bool>& split = program_.split[function_];
    const bool any = std::ranges::find(split, true) != split.end();
    if (!any && program_.options.threads > 1) {
      e_.If(OnFirstThread(), [&] {
        for (size_t k = 0; k < schedule_.kernels.size(); ++k) EmitKernel(k, 1);
      });
      EmitBarrier(e_, program_.options.threads);
      return e_.Finish();
    }
    for (size_t k = 0; k < schedule_.kernels.size(); ++k) {
      const bool meet = program_.options.threads > 1 && k > 0 && (split[k] || split[k - 1]);
      if (meet) EmitBarrier(e_, program_.options.threads);
      if (split[k] || program_.options.threads == 1) {
        EmitKernel(k, split[k] ? program_.options.threads : 1);
      } else {
        e_.If(OnFirstThread(), [&] { EmitKernel(k, 1); });
      }
    }
    EmitBarrier(e_, program_.options.threads);
    e_.Finish();
  }

 private:
  llvm::Value* OnFirstThread() { return e_.ir().CreateICmpEQ(e_.arguments().thread, e_.Index(0)); }

  void EmitKernel(size_t k, int threads) {
    const Kernel& kernel = schedule_.kernels[k];
    switch (kernel.kind) {
      case KernelKind::kLoop:
      case KernelKind::kRow:
      case KernelKind::kReduce:
        return EmitNest(e_, schedule_, plan_, kernel, threads);
      case KernelKind::kMatMul:
        return EmitProduct(e_, schedule_, plan_, kernel, program_.products[function_][k], plan_.scratch[k]);
      case KernelKind::kScatter:
        return EmitScatter(e_, schedule_, plan_, kernel);
      case KernelKind::kCopy:
        return EmitCopy(e_, plan_, kernel);
    }
  }

  const Program& program_;
  const Schedule& schedule_;
  const BufferPlan& plan_;
  const size_t function_;
  Emitter e_;
};

const Entry* Find(const Program& program, const std::string& name) {
  const auto found = std::ranges::find(program.entries, name, &Entry::name);
  return found == program.entries.end() ? nullptr : &*found;
}

}  // namespace

Program PlanProgram(const std::vector<const ir::Function*>& functions, const Options& options) {
  Program program;
  program.options = options;
  program.target = DescribeTarget(options.target_cpu);
  std::vector<const Schedule*> schedules;
  for (const ir::Function* function : functions) {
    program.functions.push_back(SplitReductions(*function));
    program.schedules.push_back(MakeSchedule(program.functions.back()));
    PlanKernels(program.schedules.back(), program);
  }
  for (const Schedule& schedule : program.schedules) schedules.push_back(&schedule);
  program.arena = PlanBuffers(schedules);
  for (const Schedule& schedule : program.schedules) program.entries.push_back(EntryOf(schedule, program.arena));
  return program;
}

void EmitProgram(llvm::Module& module, const Program& program, const std::vector<LoopSpec>& loops) {
  for (size_t f = 0; f < program.schedules.size(); ++f) EntryEmitter(module, program, f).Run();
  for (const LoopSpec& loop : loops) {
    EmitTrainLoop(module, loop, *Find(program, loop.entry), Find(program, loop.tail_entry), program.target,
                  program.options.threads);
  }
}

}  // namespace nnc::codegen
