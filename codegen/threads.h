// The team: threads that all run one generated function, each with its number, and meet at barriers between kernels.
#pragma once

#include <cstdint>
#include <memory>

#include "codegen/emitter.h"

namespace nnc::codegen {

class Team {
 public:
  // `threads` - 1 workers that sleep until there is work; the caller of Run is thread 0.
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int threads() const;
  // A generated function: `context` is the arena, or the LoopState of a training loop.
  using Function = void (*)(void* context, int64_t thread, void* team);
  // Calls function(context, t, this) on every thread t and returns when all have returned. Denormals are flushed to
  // zero while they run: the moments of an optimizer decay into the denormal range, where each operation costs a
  // hundred cycles.
  // One Run at a time.
  void Run(Function function, void* context);
  // Called on every thread inside Run: returns when all have come here, their writes visible to one another.
  void Barrier();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Emits a call of Team::Barrier; nothing where there is one thread.
void EmitBarrier(Emitter& emitter, int threads);
// The function that EmitBarrier calls: `void (ptr team)`.
inline constexpr char kBarrierSymbol[] = "nnc_team_barrier";
extern "C" void nnc_team_barrier(void* team);

}  // namespace nnc::codegen
