#include "frontend/elaborate/frame.h"

#include "ir/evaluate.h"

namespace nnc {

namespace {

constexpr uint64_t kExactInDouble = (uint64_t{1} << 53) - 1;

ir::Value Fold(Graph& graph, ir::Value key, uint64_t data) {
  return graph.builder().FoldIn(key, graph.builder().Constant(static_cast<double>(data), ir::Element::kI64));
}

ir::Value Seed(Graph& graph) { return graph.Read(ArgumentKind::kSeed, "seed", ir::Element::kI64, {}); }

}  // namespace

Frame InlinedFrame(Frame& caller, Span call) {
  Frame frame;
  frame.context = caller.context;
  frame.caller = &caller;
  frame.call = call;
  frame.file = caller.file;
  frame.library = caller.library;
  frame.depth = caller.depth + 1;
  frame.part = caller.part;
  frame.place = ir::RandomBits(caller.place, caller.calls++);
  return frame;
}

Span UserSpan(const Frame& frame, Span span) {
  const Frame* at = &frame;
  while (at != nullptr && at->library && at->call.known()) {
    span = at->call;
    at = at->caller;
  }
  return span;
}

uint64_t RandomPlace(Frame& frame) { return ir::RandomBits(frame.place, frame.calls++) & kExactInDouble; }

uint64_t PathHash(std::string_view path) {
  uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a, 64 bits: offset basis and prime
  for (unsigned char c : path) hash = (hash ^ c) * 0x100000001B3u;
  return ir::Mix64(hash) & kExactInDouble;
}

std::function<ir::Value()> FunctionKey(Graph& graph) {
  return [&graph] { return Fold(graph, Seed(graph), 0); };
}

std::function<ir::Value()> StepKey(Graph& graph) {
  return [&graph] {
    ir::Value seed = Seed(graph);
    return graph.builder().FoldIn(seed, graph.Read(ArgumentKind::kStep, "step", ir::Element::kI64, {}));
  };
}

std::function<ir::Value()> ParameterKey(Graph& graph, std::string_view path) {
  return [&graph, hash = PathHash(path)] { return Fold(graph, Seed(graph), hash); };
}

}  // namespace nnc
