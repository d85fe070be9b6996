// The small layer over llvm::IRBuilder that every kernel is written with: loops, addresses, vectors of any lane count.
//
// Values. `lanes` 1 is a scalar, more is a fixed vector. Memory and compute types differ: a bool is one byte in memory
// and i1 in registers; bf16 is two bytes in memory and computes as f32, each result rounded to nearest even. u8, i32,
// i64, f32, f64 are the same. Float arithmetic carries no fast-math flag, `contract` neither: LLVM fuses what
// happens to share a basic block, and blocks depend on the number of threads. MulAdd fuses where it is asked for.
#pragma once

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "codegen/arena_place.h"
#include "codegen/target.h"
#include "ir/type.h"

namespace nnc::codegen {

using Values = std::vector<llvm::Value*>;

// An address of elements, with what is known of its alignment.
struct Pointer {
  llvm::Value* address = nullptr;
  ir::Element element = ir::Element::kF32;
  int64_t alignment = 1;  // bytes; a power of two that divides the address
};

// An entry is `void name(ptr arena, i64 thread, ptr team)`: all threads of the team call it with their number. The
// number of threads is a constant of the compilation.
struct KernelArguments {
  llvm::Value* arena = nullptr;
  llvm::Value* thread = nullptr;  // 0 .. threads-1
  llvm::Value* team = nullptr;    // for Barrier (codegen/threads.h)
};

class Emitter {
 public:
  // Adds `void name(ptr arena, i64 thread, ptr team)` to the module, with the target's attributes, and starts at its
  // entry block.
  Emitter(llvm::Module& module, const std::string& name, const Target& target);
  // Starts at the entry block of an existing, empty function; arguments() are those that set_arguments gives.
  Emitter(llvm::Function* function, const Target& target);

  llvm::IRBuilder<>& ir() { return builder_; }
  const Target& target() const { return target_; }
  llvm::Function* function() const { return function_; }
  llvm::Module& module() const { return *function_->getParent(); }
  const KernelArguments& arguments() const { return arguments_; }
  void set_arguments(const KernelArguments& arguments) { arguments_ = arguments; }
  // Ends the function: `ret void`.
  void Finish() { builder_.CreateRetVoid(); }

  // Types and constants.

  llvm::Type* MemoryType(ir::Element element, int64_t lanes = 1);
  llvm::Type* ComputeType(ir::Element element, int64_t lanes = 1);
  llvm::Value* Index(int64_t value) { return builder_.getInt64(static_cast<uint64_t>(value)); }
  // The constant `value` in compute type, in all lanes. Integers up to 2^53; a bool is value != 0.
  llvm::Value* Constant(ir::Element element, double value, int64_t lanes = 1);
  // A scalar in all lanes; `lanes` 1 gives the scalar itself.
  llvm::Value* Splat(llvm::Value* scalar, int64_t lanes);
  // start + {0, 1, 2, ...} * step in an integer compute type.
  llvm::Value* Ramp(llvm::Value* start, int64_t step, int64_t lanes);
  static int64_t LanesOf(const llvm::Value* value);  // 1 for a scalar
  // {active lanes set, others clear} as <lanes x i1>.
  llvm::Value* PrefixMask(int64_t active, int64_t lanes);
  llvm::Value* PrefixMask(llvm::Value* active, int64_t lanes);  // of a count known when the code runs

  // Control flow.

  using Body = llvm::function_ref<void(llvm::Value* i)>;
  using CarryBody = llvm::function_ref<Values(llvm::Value* i, const Values& carried)>;
  // for (i = begin; i < end; i += step). A constant trip count of at most `unroll` becomes straight code with constant
  // `i`; none makes no code, and one trip never makes a loop.
  void For(int64_t begin, int64_t end, int64_t step, Body body, int64_t unroll = 1);
  void For(llvm::Value* begin, llvm::Value* end, int64_t step, Body body);
  // A loop whose body maps carried values (accumulators) to their next values; returns the last ones.
  Values ForCarry(int64_t begin, int64_t end, int64_t step, const Values& initial, CarryBody body, int64_t unroll = 1);
  Values ForCarry(llvm::Value* begin, llvm::Value* end, int64_t step, const Values& initial, CarryBody body);
  // `then` may end in a return (Finish).
  void If(llvm::Value* condition, llvm::function_ref<void()> then);
  // Unit numbers [begin, end) of `units` that this thread works on: all for one thread. Cut only between units, so a
  // kernel whose units do not depend on each other gives the same bits on any number of threads.
  struct Range {
    llvm::Value* begin;
    llvm::Value* end;
  };
  Range ThreadShare(int64_t units, int64_t threads);

  // Memory.

  // A place in the arena.
  Pointer Arena(ir::Element element, const ArenaPlace& place);
  Pointer Arena(ir::Element element, int64_t offset) { return Arena(element, ArenaPlace{offset}); }
  // From here on, Arena(place) is this address: code that works on places given to it needs no arena.
  void BindPlace(const ArenaPlace& place, llvm::Value* address) { bound_places_[place] = address; }
  // Code from here on is in a loop of a Scan, at this iteration (i64).
  void EnterIteration(llvm::Value* iteration) { iterations_.push_back(iteration); }
  void LeaveIteration() { iterations_.pop_back(); }
  // `pointer` moved on by elements. `multiple` is a number known to divide `elements`; it keeps alignment.
  Pointer Advance(const Pointer& pointer, int64_t elements);
  Pointer Advance(const Pointer& pointer, llvm::Value* elements, int64_t multiple = 1);

  // `lanes` consecutive elements, in compute type. Only the first `active` (all by default) are touched; the others
  // read as 0.
  llvm::Value* Load(const Pointer& pointer, int64_t lanes = 1, int64_t active = -1);
  llvm::Value* LoadMasked(const Pointer& pointer, int64_t lanes, llvm::Value* mask);
  void Store(const Pointer& pointer, llvm::Value* value, int64_t active = -1);
  void StoreMasked(const Pointer& pointer, llvm::Value* value, llvm::Value* mask);
  // Asks for the cache line at `pointer`, to write to it or only to read; no element need be there.
  void Prefetch(const Pointer& pointer, bool write);
  // Elements `stride` apart. Up to this stride whole vectors are loaded and stored and their elements shuffled, which
  // takes about `stride` loads; beyond it each element is gathered or scattered.
  static constexpr int64_t kMostShuffled = 4;
  llvm::Value* LoadStrided(const Pointer& pointer, int64_t stride, int64_t lanes, int64_t active = -1);
  void StoreStrided(const Pointer& pointer, llvm::Value* value, int64_t stride, int64_t active = -1);
  // Elements at pointer[indices[lane]], indices being an i64 (or i32) vector.
  llvm::Value* Gather(const Pointer& pointer, llvm::Value* indices, int64_t active = -1);

  // Arithmetic.

  // a*b + c: one rounding for floats.
  llvm::Value* MulAdd(llvm::Value* a, llvm::Value* b, llvm::Value* c);
  llvm::Value* Add(llvm::Value* a, llvm::Value* b);
  llvm::Value* Mul(llvm::Value* a, llvm::Value* b);
  // Folds all lanes to a scalar in a fixed order: the upper half onto the lower, until one is left.
  llvm::Value* Fold(llvm::Value* vector, llvm::function_ref<llvm::Value*(llvm::Value*, llvm::Value*)> combine);
  llvm::Value* FoldAdd(llvm::Value* vector);
  // Compute types of floats, integers and bool among each other: floats truncate to integers and saturate (NaN gives
  // 0), integers wrap, to bool is != 0.
  llvm::Value* Convert(llvm::Value* value, ir::Element from, ir::Element to);
  // A result in compute type as memory would hold it: a bf16 is rounded, all else stays.
  llvm::Value* Round(llvm::Value* value, ir::Element element);
  llvm::Value* Intrinsic(unsigned id, const Values& operands);  // overloaded on the first operand's type

 private:
  Values EmitLoop(llvm::Value* begin, llvm::Value* end, int64_t step, const Values& initial, CarryBody body,
                  bool may_be_empty);
  llvm::Value* LoadShuffled(const Pointer& pointer, int64_t stride, int64_t lanes, int64_t active);
  void StoreShuffled(const Pointer& pointer, llvm::Value* value, int64_t stride, int64_t active);
  llvm::Value* ToMemory(llvm::Value* value, ir::Element element);
  llvm::Value* FromMemory(llvm::Value* value, ir::Element element);

  const Target& target_;
  llvm::Function* function_;
  llvm::IRBuilder<> builder_;
  KernelArguments arguments_;
  Values iterations_;  // of the loops around, outermost first
  std::map<ArenaPlace, llvm::Value*> bound_places_;
};

}  // namespace nnc::codegen
