// From optimised IR to native code in memory. The only folder that includes LLVM's headers; this header does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "codegen/profile.h"
#include "ir/function.h"

namespace nnc::codegen {

struct Options {
  std::string target_cpu;            // empty: the host
  int optimization = 2;              // 0..3: how much LLVM does after us; kernels are vectorised at each
  int threads = 1;                   // threads that run the code; results do not depend on it
  int64_t worth_splitting = 20'000;  // nanoseconds of work from which a kernel is shared among threads: the others take
                                     // as long to hear of it and report back
  int64_t max_memory =
      0;  // bytes that the arena may take; 0: any number. Dear values are computed again where it takes more
  std::string cache = {};     // folder that object code is kept in between runs (object_cache.h); empty: none
  bool profile = false;       // count the calls and the time of every kernel
  bool check_bounds = false;  // compare every access to memory with the tensor it is meant for (bounds.h)
};

// One tensor at a fixed place in the arena.
struct Slot {
  std::string name;
  ir::Type type;
  int64_t offset = 0;  // bytes from the arena's start, 64-byte aligned
};

// A compiled function: its arguments and results are read from and written to the arena.
struct Entry {
  std::string name;
  std::vector<Slot> arguments, results;
};

// What the native training loop works on: a C layout shared by the host and generated code. The host owns the arrays.
struct LoopState {
  std::byte* arena = nullptr;
  const void* const* columns = nullptr;    // data of each field of the loop, row-major, one row after the other
  const int64_t* column_bytes = nullptr;   // of each; read by code that checks bounds
  const int64_t* const* orders = nullptr;  // for each field, which row of its data comes at each place of the pass
  int64_t rows = 0;                        // places of the pass
  int64_t position = 0;                    // the next place; the loop moves it on
  int64_t batches = 0;                     // batches to run in this call at most; stops earlier at the end of the rows
  int64_t step = 0;        // steps done in this run; written to the `step` argument, counted up by the loop
  double* sums = nullptr;  // for each scalar result (loss, metrics): += value * batch rows
  int64_t samples = 0;     // += batch rows
  int64_t bad_step = -1;   // the first step whose loss is not finite; the loop returns there
  void* team = nullptr;    // threads; private to codegen
};

// A loop over batches: gathers rows by `orders` into the arguments named in `fields`, calls the entry, sums scalar
// results.
struct LoopSpec {
  std::string name;
  std::string entry;                // function for a whole batch
  std::string tail_entry;           // function for the last, smaller batch; empty: it is left out
  int64_t batch = 0, tail = 0;      // rows of each
  std::vector<std::string> fields;  // arguments gathered from LoopState::columns, in that order
  std::vector<std::string> sums;  // scalar f32 results, in LoopState::sums order; the first, the loss, must stay finite
};

// Native code for a set of functions that share one arena. Arguments of the same name (and results named as an
// argument) share one slot, at which the largest fits: parameters are updated in place. Temporaries of different
// functions overlap.
class Compiled {
 public:
  ~Compiled();
  Compiled(Compiled&&) noexcept;

  int64_t arena_bytes() const;       // exact peak; allocate with 64-byte alignment, zeroed
  int64_t persistent_bytes() const;  // the part before temporaries: arguments and results
  const Entry& entry(const std::string& name) const;
  // Runs one function once on the arena, on the threads of Options.
  void Run(const std::string& entry, std::byte* arena) const;
  // Runs a loop until `batches` or the end of the rows.
  void RunLoop(const std::string& loop, LoopState& state) const;

  double compile_seconds() const;

  // With Options::profile: what the function took since the arena was zeroed, or since ResetProfile.
  FunctionProfile Profile(const std::string& entry, const std::byte* arena) const;
  void ResetProfile(std::byte* arena) const;

  struct Impl;
  explicit Compiled(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

// Compiles functions whose dimensions are all constant, after passes::Optimize. Throws Failure (OutOfMemory where the
// arena cannot be as small as Options::max_memory, Internal, Usage for an unknown target).
Compiled Compile(const std::vector<const ir::Function*>& functions, const std::vector<LoopSpec>& loops,
                 const Options& options);

// The LLVM IR after optimisation, and the assembly: `nnc emit llvm|asm`.
std::string EmitLlvm(const std::vector<const ir::Function*>& functions, const std::vector<LoopSpec>& loops,
                     const Options& options);
std::string EmitAssembly(const std::vector<const ir::Function*>& functions, const std::vector<LoopSpec>& loops,
                         const Options& options);
// One kernel a line: iteration space, what is stored and fused, tiles, vector width, threads, source lines. `nnc emit
// kernels`.
std::string EmitKernels(const std::vector<const ir::Function*>& functions, const Options& options,
                        const SourceManager& sources);
// The buffer plan: one buffer a line with offset, bytes and life. `nnc emit memory`.
std::string EmitMemory(const std::vector<const ir::Function*>& functions, const Options& options);

}  // namespace nnc::codegen
