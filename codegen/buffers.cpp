#include "codegen/buffers.h"

#include <algorithm>
#include <numeric>

#include "ir/scan.h"

namespace nnc::codegen {
namespace {

using Place = BufferPlan::Place;

bool IsTemporary(const Schedule& schedule, size_t buffer) {
  return schedule.buffers[buffer].kind == Buffer::Kind::kTemporary;
}

void FindLives(const Schedule& schedule, BufferPlan& plan) {
  plan.places.resize(schedule.buffers.size());
  for (size_t b = 0; b < schedule.buffers.size(); ++b) {
    plan.places[b].bytes = PaddedBytes(schedule.buffers[b].type);
    plan.places[b].first = static_cast<int>(schedule.kernels.size());
  }
  for (int k = 0; k < static_cast<int>(schedule.kernels.size()); ++k) {
    const Kernel& kernel = schedule.kernels[static_cast<size_t>(k)];
    for (const Store& store : kernel.stores) {
      Place& place = plan.places[static_cast<size_t>(store.buffer)];
      place.first = std::min(place.first, k);
      place.last = std::max(place.last, k);
    }
    for (int buffer : kernel.reads) {
      plan.places[static_cast<size_t>(buffer)].last = k;
    }
  }
}

// Whether the kernel reads the buffer only at the element where it makes `store`, in the store's element size.
bool ReadsOnlyWhereItStores(const Schedule& schedule, const Kernel& kernel, int buffer, const Store& store) {
  const ir::Function& function = *schedule.function;
  const auto in_buffer = [&](ir::Value v) { return schedule.buffer_of[v.index] == buffer; };
  const ir::Type& type = function.type(store.value);
  return std::ranges::none_of(kernel.whole, in_buffer) && std::ranges::all_of(kernel.uses, [&](const Use& use) {
           if (kernel.Contains(use.value) || !in_buffer(use.value)) return true;
           const ir::Type& other = function.type(use.value);
           return use.map == store.map && other.shape == type.shape &&
                  ir::ByteSize(other.element) == ir::ByteSize(type.element);
         });
}

// A loop's carry takes over the place of its initial value, if that ends here and nothing else of the loop reads it.
void ShareCarries(const Schedule& schedule, int k, BufferPlan& plan) {
  const Kernel& kernel = schedule.kernels[static_cast<size_t>(k)];
  const std::vector<ir::Value>& operands = schedule.function->node(kernel.root).operands;
  const auto buffer = [&](ir::Value v) { return schedule.buffer_of[v.index]; };
  const size_t carries = ir::PartsOf(schedule.function->node(kernel.root)).carries;
  for (size_t i = 0; i < carries; ++i) {
    const int to = BufferOfPart(schedule, kernel, i), from = buffer(operands[i]);
    if (to < 0 || !IsTemporary(schedule, static_cast<size_t>(to)) ||
        !IsTemporary(schedule, static_cast<size_t>(from))) {
      continue;
    }
    const Place& old = plan.places[static_cast<size_t>(from)];
    if (old.last != k || old.first >= k || std::ranges::count(operands, from, buffer) != 1) continue;
    plan.places[static_cast<size_t>(to)].shares = from;
  }
}

// Gives each temporary that a kernel starts the place of one that ends there, where the kernel allows it.
void ShareInPlace(const Schedule& schedule, BufferPlan& plan) {
  for (int k = 0; k < static_cast<int>(schedule.kernels.size()); ++k) {
    const Kernel& kernel = schedule.kernels[static_cast<size_t>(k)];
    if (kernel.kind == KernelKind::kCopy || kernel.kind == KernelKind::kScatter) continue;
    if (kernel.kind == KernelKind::kScan) {
      ShareCarries(schedule, k, plan);
      continue;
    }
    std::vector<int> taken;
    for (const Store& store : kernel.stores) {
      if (!IsTemporary(schedule, static_cast<size_t>(store.buffer))) continue;
      const auto fits = [&](int buffer) {
        const Place& old = plan.places[static_cast<size_t>(buffer)];
        return IsTemporary(schedule, static_cast<size_t>(buffer)) && old.last == k && old.first < k &&
               old.bytes == plan.places[static_cast<size_t>(store.buffer)].bytes &&
               std::ranges::find(taken, buffer) == taken.end() &&
               ReadsOnlyWhereItStores(schedule, kernel, buffer, store);
      };
      const auto found = std::ranges::find_if(kernel.reads, fits);
      if (found == kernel.reads.end()) continue;
      plan.places[static_cast<size_t>(store.buffer)].shares = *found;
      taken.push_back(*found);
    }
  }
}

// Buffers that lie in one place, one after the other, and the whole time they do; or one kernel's scratch.
struct Chain {
  std::vector<size_t> buffers;
  int first = 0, last = 0;
  int64_t bytes = 0;
  int64_t offset = 0;
  bool scratch = false;
};

std::vector<Chain> ChainsOf(const Schedule& schedule, const BufferPlan& plan) {
  std::vector<Chain> chains;
  std::vector<size_t> chain_of(schedule.buffers.size());
  std::vector<size_t> order(schedule.buffers.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t b) { return plan.places[b].first; });
  for (size_t b : order) {
    const Place& place = plan.places[b];
    if (!IsTemporary(schedule, b)) continue;
    if (place.shares < 0) {
      chain_of[b] = chains.size();
      chains.push_back({{}, place.first, place.last, place.bytes, 0, false});
    } else {
      chain_of[b] = chain_of[static_cast<size_t>(place.shares)];
    }
    Chain& chain = chains[chain_of[b]];
    chain.buffers.push_back(b);
    chain.last = std::max(chain.last, place.last);
  }
  for (int k = 0; k < static_cast<int>(schedule.kernels.size()); ++k) {
    const int64_t bytes = schedule.kernels[static_cast<size_t>(k)].scratch_bytes;
    if (bytes > 0)
      chains.push_back({{}, k, k, (bytes + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment, 0, true});
  }
  return chains;
}

// The lowest offset from `start` where the chain fits among placed ones that live at the same time.
int64_t LowestGap(const Chain& chain, const std::vector<Chain>& placed, int64_t start) {
  std::vector<std::pair<int64_t, int64_t>> taken;
  for (const Chain& other : placed) {
    if (other.first <= chain.last && chain.first <= other.last) taken.emplace_back(other.offset, other.bytes);
  }
  std::ranges::sort(taken);
  int64_t offset = start;
  for (const auto& [begin, bytes] : taken) {
    if (offset + chain.bytes <= begin) break;
    offset = std::max(offset, begin + bytes);
  }
  return offset;
}

// Returns the end of the function's temporaries.
int64_t PlaceTemporaries(const Schedule& schedule, BufferPlan& plan, int64_t start) {
  std::vector<Chain> chains = ChainsOf(schedule, plan);
  std::ranges::stable_sort(chains, std::greater<>(), &Chain::bytes);
  std::vector<Chain> placed;
  plan.scratch.assign(schedule.kernels.size(), 0);
  int64_t end = start;
  for (Chain& chain : chains) {
    chain.offset = LowestGap(chain, placed, start);
    end = std::max(end, chain.offset + chain.bytes);
    for (size_t b : chain.buffers) plan.places[b].offset = chain.offset;
    if (chain.scratch) plan.scratch[static_cast<size_t>(chain.first)] = chain.offset;
    placed.push_back(chain);
  }
  return end;
}

void PlanBodies(const Schedule& schedule, BufferPlan& plan);

// Plans one iteration of a loop.
class BodyPlanner {
 public:
  BodyPlanner(const Schedule& around, const Kernel& kernel)
      : around_(around),
        kernel_(kernel),
        scan_(ir::PartsOf(around.function->node(kernel.root))),
        body_(*kernel.body),
        kept_(body_.function->results().size()) {
    FindLives(body_, plan_);
    ShareInPlace(body_, plan_);
  }

  // Places what lies in the loop's scratch memory. Returns its end.
  int64_t PlaceOwn(int64_t start) {
    int64_t end = PlaceTemporaries(body_, plan_, start);
    for (size_t i = 0; i < kept_.size(); ++i) {
      if (BufferOfPart(around_, kernel_, i) >= 0) continue;
      kept_[i].offset = end;
      end += PaddedBytes(body_.function->type(body_.function->results()[i].value));
    }
    return end;
  }

  BufferPlan Run(const BufferPlan& around, int64_t scratch) {
    PlaceOwn(scratch);
    plan_.loops = around.loops + 1;
    for (size_t i = 0; i < kept_.size(); ++i) {
      const int buffer = BufferOfPart(around_, kernel_, i);
      if (buffer >= 0) kept_[i] = PlaceIn(around, buffer, i < scan_.carries ? 0 : BytesOfResult(i));
    }
    const std::vector<ir::Value>& operands = around_.function->node(kernel_.root).operands;
    for (size_t i = 0; i < operands.size(); ++i) {
      const bool is_slice = i >= scan_.carries && i < scan_.inputs();
      const int64_t stride = is_slice ? body_.buffers[i].type.bytes() : 0;
      Set(i, i < scan_.carries ? kept_[i] : PlaceIn(around, around_.buffer_of[operands[i].index], stride));
    }
    for (size_t b = operands.size(); b < body_.buffers.size(); ++b) {
      if (body_.buffers[b].kind == Buffer::Kind::kResult) Set(b, kept_[ResultNamed(body_.buffers[b].name)]);
    }
    PlanBodies(body_, plan_);
    return std::move(plan_);
  }

 private:
  int64_t BytesOfResult(size_t i) const { return body_.function->type(body_.function->results()[i].value).bytes(); }

  size_t ResultNamed(const std::string& name) const {
    const auto& results = body_.function->results();
    return static_cast<size_t>(std::ranges::find(results, name, &ir::Result::name) - results.begin());
  }

  // A buffer of the function around, moved on by `stride` with each iteration.
  Place PlaceIn(const BufferPlan& around, int buffer, int64_t stride) const {
    Place place = around.places[static_cast<size_t>(buffer)];
    if (stride == 0) return place;
    place.strides.resize(around.loops);
    place.strides.push_back(stride);
    return place;
  }

  void Set(size_t buffer, const Place& place) {
    plan_.places[buffer].offset = place.offset;
    plan_.places[buffer].strides = place.strides;
  }

  const Schedule& around_;
  const Kernel& kernel_;
  const ir::ScanParts scan_;
  const Schedule& body_;
  std::vector<Place> kept_;  // of each result of the body
  BufferPlan plan_;
};

void PlanBodies(const Schedule& schedule, BufferPlan& plan) {
  plan.bodies.resize(schedule.kernels.size());
  for (size_t k = 0; k < schedule.kernels.size(); ++k) {
    if (schedule.kernels[k].kind != KernelKind::kScan) continue;
    plan.bodies[k] = BodyPlanner(schedule, schedule.kernels[k]).Run(plan, plan.scratch[k]);
  }
}

}  // namespace

int64_t BodyBytes(const Schedule& around, const Kernel& kernel) { return BodyPlanner(around, kernel).PlaceOwn(0); }

int BufferOfPart(const Schedule& around, const Kernel& kernel, size_t result) {
  for (const Store& store : kernel.stores) {
    const auto index = around.function->node(store.value).attribute<int64_t>(ir::AttributeKey::kIndex);
    if (index == static_cast<int64_t>(result)) return store.buffer;
  }
  return -1;
}

int64_t PaddedBytes(const ir::Type& type) {
  return (type.bytes() + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;
}

ArenaPlan PlanBuffers(const std::vector<const Schedule*>& schedules, int64_t reserved) {
  ArenaPlan arena;
  std::vector<std::string> names;
  std::map<std::string, int64_t> bytes;
  for (const Schedule* schedule : schedules) {
    for (size_t b = 0; b < schedule->buffers.size(); ++b) {
      if (IsTemporary(*schedule, b)) continue;
      const Buffer& buffer = schedule->buffers[b];
      if (!bytes.contains(buffer.name)) names.push_back(buffer.name);
      bytes[buffer.name] = std::max(bytes[buffer.name], PaddedBytes(buffer.type));
    }
  }
  for (const std::string& name : names) {
    arena.persistent[name] = arena.persistent_bytes;
    arena.persistent_bytes += bytes[name];
  }
  arena.reserved = arena.persistent_bytes;
  arena.persistent_bytes += reserved;
  arena.peak_bytes = arena.persistent_bytes;
  for (const Schedule* schedule : schedules) {
    BufferPlan plan;
    FindLives(*schedule, plan);
    ShareInPlace(*schedule, plan);
    for (size_t b = 0; b < schedule->buffers.size(); ++b) {
      if (!IsTemporary(*schedule, b)) plan.places[b].offset = arena.persistent[schedule->buffers[b].name];
    }
    arena.peak_bytes = std::max(arena.peak_bytes, PlaceTemporaries(*schedule, plan, arena.persistent_bytes));
    PlanBodies(*schedule, plan);
    arena.functions.push_back(std::move(plan));
  }
  return arena;
}

}  // namespace nnc::codegen
