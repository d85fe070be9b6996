#include "codegen/codegen.h"

#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>

#include "codegen/compile_objects.h"
#include "codegen/jit.h"
#include "codegen/module.h"
#include "codegen/read_profile.h"
#include "codegen/threads.h"

namespace nnc::codegen {
namespace {

// All code of the program in one module, to be printed.
OwnedModule MakeModule(const Program& program, const std::vector<LoopSpec>& loops) {
  OwnedModule module = NewModule("nnc", program.target);
  const KernelCodes kernels = EmitEntries(*module.module, program, loops);
  EmitKernels(*module.module, program, kernels.codes());
  OptimizeModule(*module.module, program.target, program.options.optimization);
  return module;
}

// What a compiled program that counts keeps of itself.
struct Profiler {
  ProfileTable table;
  std::map<std::string, std::vector<KernelSummary>> kernels;  // of each function
  TickClock clock;
};

Profiler ProfilerOf(const Program& program, const Jit& jit) {
  std::map<std::string, std::vector<KernelSummary>> kernels;
  for (size_t f = 0; f < program.functions.size(); ++f) kernels[program.functions[f].name()] = Summarize(program, f);
  return {program.profile, std::move(kernels),
          TickClock(reinterpret_cast<TickClock::Function>(jit.Address(kTicksSymbol)))};
}

}  // namespace

struct Compiled::Impl {
  std::vector<Entry> entries;
  int64_t arena_bytes = 0;
  int64_t persistent_bytes = 0;
  double seconds = 0;
  Jit jit;
  std::map<std::string, Team::Function>
      functions;  // addresses of entries and loops: a look-up takes longer than a small step
  std::unique_ptr<Team> team;
  std::optional<Profiler> profiler;

  Team::Function Address(const std::string& name) const {
    const auto found = functions.find(name);
    if (found == functions.end()) throw std::logic_error("no compiled function @" + name);
    return found->second;
  }
};

Compiled::Compiled(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Compiled::~Compiled() = default;
Compiled::Compiled(Compiled&&) noexcept = default;

int64_t Compiled::arena_bytes() const { return impl_->arena_bytes; }
int64_t Compiled::persistent_bytes() const { return impl_->persistent_bytes; }
double Compiled::compile_seconds() const { return impl_->seconds; }

const Entry& Compiled::entry(const std::string& name) const {
  for (const Entry& entry : impl_->entries) {
    if (entry.name == name) return entry;
  }
  throw std::logic_error("no compiled function @" + name);
}

void Compiled::Run(const std::string& entry, std::byte* arena) const { impl_->team->Run(impl_->Address(entry), arena); }

void Compiled::RunLoop(const std::string& loop, LoopState& state) const {
  state.team = impl_->team.get();
  impl_->team->Run(impl_->Address(loop), &state);
}

FunctionProfile Compiled::Profile(const std::string& entry, const std::byte* arena) const {
  const Profiler& profiler = impl_->profiler.value();
  return ReadProfile(profiler.table, entry, profiler.kernels.at(entry), profiler.clock, arena);
}

void Compiled::ResetProfile(std::byte* arena) const {
  const ProfileTable& table = impl_->profiler.value().table;
  std::memset(arena + table.offset(), 0, static_cast<size_t>(table.bytes()));
}

Compiled Compile(const std::vector<const ir::Function*>& functions, const std::vector<LoopSpec>& loops,
                 const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  const Program program = PlanProgram(functions, options);
  Jit jit(CompileObjects(program, loops), program.target);
  std::map<std::string, Team::Function> addresses;
  const auto add = [&](const std::string& name) {
    addresses[name] = reinterpret_cast<Team::Function>(jit.Address(name));
  };
  for (const Entry& entry : program.entries) add(entry.name);
  for (const LoopSpec& loop : loops) add(loop.name);
  std::optional<Profiler> profiler;
  if (options.profile) profiler = ProfilerOf(program, jit);
  auto impl = std::make_unique<Compiled::Impl>(
      Compiled::Impl{program.entries, program.arena.peak_bytes, program.arena.persistent_bytes, 0, std::move(jit),
                     std::move(addresses), std::make_unique<Team>(program.options.threads), std::move(profiler)});
  impl->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return Compiled(std::move(impl));
}

std::string EmitLlvm(const std::vector<const ir::Function*>& functions, const std::vector<LoopSpec>& loops,
                     const Options& options) {
  const Program program = PlanProgram(functions, options);
  return ModuleText(*MakeModule(program, loops).module);
}

std::string EmitAssembly(const std::vector<const ir::Function*>& functions, const std::vector<LoopSpec>& loops,
                         const Options& options) {
  const Program program = PlanProgram(functions, options);
  const OwnedModule module = MakeModule(program, loops);
  return AssemblyText(*module.module, program.target, options.optimization);
}

}  // namespace nnc::codegen
