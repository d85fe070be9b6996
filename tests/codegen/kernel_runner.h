// Compiling and running single kernels in tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "codegen/emitter.h"
#include "codegen/jit.h"
#include "codegen/threads.h"

namespace nnc::codegen {

// 64-byte aligned zeroed memory.
class TestArena {
 public:
  explicit TestArena(int64_t bytes) : memory_(std::aligned_alloc(64, RoundUp(bytes)), std::free) {
    std::memset(memory_.get(), 0, RoundUp(bytes));
  }
  template <class T>
  T* At(int64_t offset) {
    return reinterpret_cast<T*>(static_cast<std::byte*>(memory_.get()) + offset);
  }

 private:
  static size_t RoundUp(int64_t bytes) { return (static_cast<size_t>(bytes) + 64) / 64 * 64; }
  std::unique_ptr<void, void (*)(void*)> memory_;
};

// One kernel, ready to run.
class TestKernel {
 public:
  using Step = std::function<void(Emitter&)>;
  // `instrument` comes after the code has been emitted and finished.
  TestKernel(
      const Target& target, int threads, const Step& emit, const Step& instrument = [](Emitter&) {})
      : jit_(Build(target, emit, instrument)), team_(std::make_unique<Team>(threads)) {}

  void Run(TestArena& arena) {
    team_->Run(reinterpret_cast<Team::Function>(jit_.Address("kernel")), arena.At<std::byte>(0));
  }

 private:
  static Jit Build(const Target& target, const Step& emit, const Step& instrument) {
    OwnedModule owned = NewModule("test", target);
    Emitter emitter(*owned.module, "kernel", target);
    emit(emitter);
    emitter.Finish();
    instrument(emitter);
    OptimizeModule(*owned.module, target, 2);
    return Jit(std::move(owned), target, 2);
  }
  Jit jit_;
  std::unique_ptr<Team> team_;
};

// The host and, where the host can run it, the same code shaped for AVX2.
inline std::vector<Target> TestTargets() {
  std::vector<Target> targets = {DescribeTarget()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) targets.push_back(DescribeTarget("haswell"));
#endif
  return targets;
}

}  // namespace nnc::codegen
