#include "codegen/compile_objects.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "codegen/object_cache.h"

namespace nnc::codegen {
namespace {

// Distinct kernels of one object file. Fewer balance better between cores; more spare the fixed cost of a file.
constexpr size_t kKernelsPerObject = 4;
// Entries of programs with more kernels than this are compiled without optimisation: they are long lists of calls, and
// a call then takes a nanosecond longer.
constexpr size_t kManyKernels = 100;

ObjectCode Finish(OwnedModule module, const Program& program, int level) {
  const ObjectCache cache(program.options.cache);
  const std::string key = cache.KeyOf(*module.module, level);
  if (auto known = cache.Find(key)) return std::move(*known);
  OptimizeModule(*module.module, program.target, level);
  ObjectCode code = CompileModule(*module.module, program.target, level);
  cache.Store(key, code);
  return code;
}

ObjectCode CompileKernels(const Program& program, std::span<const KernelCodes::Code> codes) {
  OwnedModule module = NewModule("kernels", program.target);
  EmitKernels(*module.module, program, codes);
  return Finish(std::move(module), program, program.options.optimization);
}

int LevelOfEntries(const Program& program) {
  size_t kernels = 0;
  for (const Schedule& schedule : program.schedules) kernels += schedule.kernels.size();
  return kernels > kManyKernels ? 0 : program.options.optimization;
}

// Calls work(0) ... work(count - 1) on all cores; rethrows what one throws.
template <class Work>
void InParallel(size_t count, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto take = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::future<void>> others;
  const size_t threads = std::min<size_t>(count, std::max(1u, std::thread::hardware_concurrency()));
  for (size_t t = 1; t < threads; ++t) others.push_back(std::async(std::launch::async, take));
  take();
  for (std::future<void>& other : others) other.get();
}

}  // namespace

std::vector<ObjectCode> CompileObjects(const Program& program, const std::vector<LoopSpec>& loops) {
  OwnedModule entries = NewModule("entries", program.target);
  const KernelCodes kernels = EmitEntries(*entries.module, program, loops);
  const std::span<const KernelCodes::Code> codes = kernels.codes();
  const size_t files = (codes.size() + kKernelsPerObject - 1) / kKernelsPerObject;
  std::vector<ObjectCode> objects(files + 1);
  InParallel(files + 1, [&](size_t i) {
    if (i == 0) {
      objects[i] = Finish(std::move(entries), program, LevelOfEntries(program));
      return;
    }
    const size_t first = (i - 1) * kKernelsPerObject;
    objects[i] = CompileKernels(program, codes.subspan(first, std::min(kKernelsPerObject, codes.size() - first)));
  });
  ObjectCache(program.options.cache).Prune();
  return objects;
}

}  // namespace nnc::codegen
