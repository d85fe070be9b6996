// Counters in profiled code (Options::profile): where they lie, and the code that counts.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "codegen/emitter.h"

namespace nnc::codegen {

// What one thread has counted of one symbol, in ticks of the processor's counter: a C layout shared with generated
// code.
struct CounterRow {
  int64_t calls = 0;
  int64_t ticks = 0;           // in all calls
  int64_t begin = 0, end = 0;  // of the last call
};

// The counters in the arena: for each thread, on cache lines of its own, a row for each symbol. A table without rows is
// that of code that counts nothing.
class ProfileTable {
 public:
  explicit ProfileTable(int threads = 1) : threads_(threads) {}

  void Add(const std::string& symbol) { numbers_.emplace(symbol, static_cast<int64_t>(numbers_.size())); }
  void set_offset(int64_t offset) { offset_ = offset; }  // in the arena; 64-byte aligned

  bool empty() const { return numbers_.empty(); }
  int threads() const { return threads_; }
  int64_t bytes() const { return threads_ * thread_bytes(); }
  int64_t offset() const { return offset_; }
  int64_t thread_bytes() const;
  // Of the symbol's row on thread 0; those of other threads follow each other `thread_bytes` apart.
  int64_t OffsetOf(const std::string& symbol) const;

 private:
  int threads_;
  int64_t offset_ = 0;
  std::map<std::string, int64_t> numbers_;
};

// Emits `call`, and around it what counts it as a call of `symbol` on the thread that makes it; `call` alone where the
// table has no rows.
void EmitCounted(Emitter& emitter, const ProfileTable& table, const std::string& symbol,
                 llvm::function_ref<void()> call);

// Adds `void nnc.ticks(ptr now, i64, ptr)`, which writes the counter's value to `now`.
inline constexpr char kTicksSymbol[] = "nnc.ticks";
void EmitTicks(llvm::Module& module, const Target& target);

}  // namespace nnc::codegen
