#include "codegen/threads.h"

#include <atomic>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace nnc::codegen {
namespace {

// Sets flush-to-zero and denormals-are-zero in this thread while it lives.
class FlushDenormals {
 public:
#if defined(__x86_64__)
  FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | kFlushToZero | kDenormalsAreZero); }
  ~FlushDenormals() { _mm_setcsr(saved_); }

 private:
  static constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;  // bits of MXCSR
  unsigned saved_;
#elif defined(__aarch64__)
  FlushDenormals() : saved_(__builtin_aarch64_get_fpcr64()) { __builtin_aarch64_set_fpcr64(saved_ | kFlushToZero); }
  ~FlushDenormals() { __builtin_aarch64_set_fpcr64(saved_); }

 private:
  static constexpr uint64_t kFlushToZero = uint64_t{1} << 24;  // FPCR.FZ, inputs and results
  uint64_t saved_;
#endif

 public:
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

void Pause() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

// Waits until `word` differs from `old`: a kernel's worth of spinning, then sleep in the kernel. Without a core for
// each thread spinning only takes the time of the one that is waited for.
void AwaitChange(const std::atomic<uint32_t>& word, uint32_t old, bool spin) {
  constexpr int kSpins = 2000;
  for (int i = 0; spin && i < kSpins; ++i) {
    if (word.load(std::memory_order_acquire) != old) return;
    Pause();
  }
  word.wait(old, std::memory_order_acquire);
}

}  // namespace

struct Team::Impl {
  const int threads;
  const bool spin = static_cast<unsigned>(threads) <= std::thread::hardware_concurrency();

  // Barrier: the last to arrive moves the generation on. On lines of their own, as every thread writes the first and
  // reads the second.
  alignas(64) std::atomic<int> arrived{0};
  alignas(64) std::atomic<uint32_t> generation{0};

  // Work for the next generation of `starts`; a null function tells workers to end.
  alignas(64) std::atomic<uint32_t> starts{0};
  Function function = nullptr;
  void* context = nullptr;
  std::vector<std::thread> workers;

  explicit Impl(int count) : threads(count) {}

  void Barrier() {
    const uint32_t now = generation.load(std::memory_order_acquire);
    if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 < threads) return AwaitChange(generation, now, spin);
    arrived.store(0, std::memory_order_relaxed);
    generation.fetch_add(1, std::memory_order_acq_rel);
    generation.notify_all();
  }

  void Work(Team* team, int64_t thread) {
    for (uint32_t seen = 0;; ++seen) {
      AwaitChange(starts, seen, false);
      if (!function) return;
      const FlushDenormals flush;
      function(context, thread, team);
      Barrier();
    }
  }

  void Start(Function next, void* its_context) {
    function = next;
    context = its_context;
    starts.fetch_add(1, std::memory_order_acq_rel);
    starts.notify_all();
  }
};

Team::Team(int threads) : impl_(std::make_unique<Impl>(threads)) {
  for (int64_t t = 1; t < threads; ++t) impl_->workers.emplace_back([this, t] { impl_->Work(this, t); });
}

Team::~Team() {
  impl_->Start(nullptr, nullptr);
  for (std::thread& worker : impl_->workers) worker.join();
}

int Team::threads() const { return impl_->threads; }

void Team::Run(Function function, void* context) {
  const FlushDenormals flush;
  if (impl_->threads == 1) return function(context, 0, this);
  impl_->Start(function, context);
  function(context, 0, this);
  Barrier();
}

void Team::Barrier() { impl_->Barrier(); }

void EmitBarrier(Emitter& emitter, int threads) {
  if (threads == 1) return;
  llvm::IRBuilder<>& ir = emitter.ir();
  auto* type = llvm::FunctionType::get(ir.getVoidTy(), {ir.getPtrTy()}, /*isVarArg=*/false);
  ir.CreateCall(emitter.module().getOrInsertFunction(kBarrierSymbol, type), {emitter.arguments().team});
}

extern "C" void nnc_team_barrier(void* team) { static_cast<Team*>(team)->Barrier(); }

}  // namespace nnc::codegen
