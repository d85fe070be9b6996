// What is decided about a set of functions before code is made.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "codegen/kernel_summary.h"
#include "codegen/line_kernels.h"
#include "codegen/module.h"
#include "codegen/product_kernel.h"
#include "codegen/read_profile.h"
#include "codegen/split_reductions.h"
#include "codegen/thin_products.h"
#include "ir/diagnostics.h"
#include "ir/scan.h"
#include "passes/rematerialise.h"

namespace nnc::codegen {
namespace {

bool IsSplit(const Schedule& schedule, const Kernel& kernel, const Options& options) {
  const bool divisible = kernel.kind != KernelKind::kScatter && kernel.kind != KernelKind::kCopy;
  return options.threads > 1 && divisible && EstimateNanoseconds(schedule, kernel) > options.worth_splitting;
}

// A loop is split if a kernel of its body is: threads then go round it together.
KernelPlans PlanKernels(Schedule& schedule, const Target& target, const Options& options) {
  const int threads = options.threads;
  KernelPlans plans;
  for (Kernel& kernel : schedule.kernels) {
    MatmulPlan& product = plans.products.emplace_back();
    KernelPlans& body = plans.bodies.emplace_back();
    if (kernel.kind == KernelKind::kScan) {
      body = PlanKernels(*kernel.body, target, options);
      kernel.scratch_bytes = BodyBytes(schedule, kernel);
      plans.split.push_back(AnySplit(body));
      continue;
    }
    if (kernel.kind == KernelKind::kLine) {
      kernel.scratch_bytes = threads * LineScratchBytes(schedule.function->node(kernel.root));
    }
    const bool split = IsSplit(schedule, kernel, options);
    plans.split.push_back(split);
    if (kernel.kind != KernelKind::kMatMul) continue;
    product = PlanMatmul(SpecOf(*schedule.function, kernel), target, split ? threads : 1);
    kernel.scratch_bytes = product.scratch_bytes();
  }
  return plans;
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

// Schedules function number `f` of the program: `original` where some values are computed again.
void PlanFunction(Program& program, size_t f, const ir::Function& original, const passes::Effort& effort) {
  passes::Rematerialised again = passes::Rematerialise(original, effort);
  program.functions[f] = std::move(again.function);
  program.schedules[f] = MakeSchedule(program.functions[f], again.waits);
  program.kernels[f] = PlanKernels(program.schedules[f], program.target, program.options);
}

int64_t TemporaryBytes(const Schedule& schedule) {
  const ArenaPlan own = PlanBuffers({&schedule});
  return own.peak_bytes - own.persistent_bytes;
}

ArenaPlan PlanArena(const Program& program) {
  std::vector<const Schedule*> schedules;
  for (const Schedule& schedule : program.schedules) schedules.push_back(&schedule);
  return PlanBuffers(schedules, program.profile.bytes());
}

ProfileTable ProfileTableOf(const Program& program) {
  ProfileTable table(program.options.threads);
  for (size_t f = 0; f < program.schedules.size(); ++f) {
    const std::string& name = program.functions[f].name();
    table.Add(name);
    table.Add(GatherSymbol(name));
    for (const KernelSummary& kernel : Summarize(program, f)) table.Add(kernel.symbol);
  }
  return table;
}

// Has function number `f` compute values again with more than the first effort, until its temporaries fit into
// `allowed` bytes. Returns the fewest bytes that were reached.
int64_t ShrinkTemporaries(Program& program, size_t f, const ir::Function& original, int64_t allowed) {
  int64_t least = TemporaryBytes(program.schedules[f]);
  for (const passes::Effort& effort : passes::Efforts() | std::views::drop(1)) {
    if (least <= allowed) break;
    PlanFunction(program, f, original, effort);
    least = std::min(least, TemporaryBytes(program.schedules[f]));
  }
  return least;
}

// Makes the arena fit into Options::max_memory, or throws Failure OutOfMemory with the least that would do.
void FitMemory(Program& program, const std::vector<ir::Function>& originals) {
  const int64_t persistent = PlanArena(program).persistent_bytes;
  const int64_t most = program.options.max_memory;
  int64_t least = 0;
  for (size_t f = 0; f < program.functions.size(); ++f) {
    least = std::max(least, persistent + ShrinkTemporaries(program, f, originals[f], most - persistent));
  }
  if (least <= most) return;
  Diagnostic diagnostic;
  diagnostic.kind = DiagnosticKind::kOutOfMemory;
  diagnostic.place = "--max-memory";
  diagnostic.message =
      fmt::format("{} bytes are allowed; the least that fits is {} bytes, {} of them for parameters, state and batch",
                  most, least, persistent);
  diagnostic.help = "a smaller batch takes less";
  throw Failure(std::move(diagnostic));
}

}  // namespace

bool AnySplit(const KernelPlans& plans) { return std::ranges::find(plans.split, true) != plans.split.end(); }

Program PlanProgram(const std::vector<const ir::Function*>& functions, const Options& options) {
  Program program;
  program.options = options;
  program.target = DescribeTarget(options.target_cpu);
  program.functions.resize(functions.size());
  program.schedules.resize(functions.size());
  program.kernels.resize(functions.size());
  std::vector<ir::Function> originals;
  for (size_t f = 0; f < functions.size(); ++f) {
    originals.push_back(SplitReductions(TakeThinProductsApart(*functions[f])));
    PlanFunction(program, f, originals[f], passes::Efforts().front());
  }
  if (options.max_memory > 0) FitMemory(program, originals);
  // Threads that share no kernel would only meet at barriers.
  if (std::ranges::none_of(program.kernels, AnySplit)) program.options.threads = 1;
  if (options.profile) program.profile = ProfileTableOf(program);
  program.arena = PlanArena(program);
  program.profile.set_offset(program.arena.reserved);
  for (const Schedule& schedule : program.schedules) program.entries.push_back(EntryOf(schedule, program.arena));
  return program;
}

}  // namespace nnc::codegen
