#include "passes/recomputation.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>

#include "ir/graph_view.h"
#include "passes/dear_functions.h"
#include "passes/segments.h"

namespace nnc::passes {
namespace {

using ir::Op;
using ir::OpClass;
using ir::Value;

using Capacity = int64_t;
constexpr Capacity kInfinite = Capacity{1} << 50;

// A network for maximum flow, in the form that Boost wants.
class Network {
  using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  using VertexProperties =
      boost::property<boost::vertex_color_t, boost::default_color_type,
                      boost::property<boost::vertex_distance_t, int64_t,
                                      boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor>>>;
  using EdgeProperties =
      boost::property<boost::edge_capacity_t, Capacity,
                      boost::property<boost::edge_residual_capacity_t, Capacity,
                                      boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>;
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, VertexProperties, EdgeProperties>;

 public:
  explicit Network(size_t vertices) : graph_(vertices) {}

  void AddEdge(size_t from, size_t to, Capacity capacity) {
    const auto edge = boost::add_edge(from, to, graph_).first;
    const auto reverse = boost::add_edge(to, from, graph_).first;
    boost::put(boost::edge_capacity, graph_, edge, capacity);
    boost::put(boost::edge_capacity, graph_, reverse, 0);
    boost::put(boost::edge_reverse, graph_, edge, reverse);
    boost::put(boost::edge_reverse, graph_, reverse, edge);
  }

  // The vertices behind the minimum cut nearest to the sink: those from which more could still flow there.
  std::vector<bool> BehindCut(size_t source, size_t sink) {
    boost::boykov_kolmogorov_max_flow(graph_, source, sink);
    std::vector<bool> behind(boost::num_vertices(graph_), false);
    behind[sink] = true;
    std::vector<size_t> rest = {sink};
    while (!rest.empty()) {
      const size_t at = rest.back();
      rest.pop_back();
      for (auto [edge, end] = boost::out_edges(at, graph_); edge != end; ++edge) {
        const size_t before = boost::target(*edge, graph_);
        const auto towards = boost::get(boost::edge_reverse, graph_, *edge);
        if (behind[before] || boost::get(boost::edge_residual_capacity, graph_, towards) == 0) continue;
        behind[before] = true;
        rest.push_back(before);
      }
    }
    return behind;
  }

 private:
  Graph graph_;
};

// Whether making a value takes longer than storing it and reading it back.
bool IsDear(Op op) { return IsDearFunction(op) || op == Op::kDiv || op == Op::kMod || op == Op::kUniform; }

// A number alone is not worth it, and what is made of it (an optimizer's rates) must not wait for the backward pass.
bool IsAllowed(const ir::Node& node, const Effort& effort, bool in_last_segment) {
  if (node.op == Op::kArgument || node.type.is_scalar()) return false;
  switch (ir::InfoOf(node.op).op_class) {
    case OpClass::kSource:
    case OpClass::kElementwise:
      return effort.functions || !IsDear(node.op);
    case OpClass::kMovement:
      return true;
    case OpClass::kReduce:
      return effort.reductions;
    case OpClass::kIndex:
      return node.op == Op::kTake ? effort.reductions : effort.segments > 0 && !in_last_segment;
    case OpClass::kLine:
    case OpClass::kContraction:
      return effort.segments > 0 && !in_last_segment;
    case OpClass::kLoop:
    case OpClass::kRequest:
      return false;
  }
  return false;
}

// What it costs to keep a value. A loop's whole result is no memory of its own: its parts are.
Capacity BytesToKeep(const ir::Node& node) {
  if (node.op == Op::kArgument || node.op == Op::kScan) return 0;
  return IsFree(node) ? kInfinite : std::max<Capacity>(node.type.bytes(), 1);
}

}  // namespace

const std::vector<Effort>& Efforts() {
  static const std::vector<Effort> efforts = {
      {},
      {.functions = true},
      {true, true, 0},
      {true, true, 2},
      {true, true, 3},
      {true, true, 4},
      {true, true, 6},
      {true, true, 8},
      {true, true, 12},
      {true, true, 16},
      {true, true, 32},
  };
  return efforts;
}

Passes PassesOf(const ir::Function& function) {
  std::vector<Value> origins, readers;
  for (Value v{0}; v.index < function.size(); ++v.index) {
    if (function.node(v).origin) origins.push_back(v);
  }
  Passes passes;
  passes.backward = ir::ReachableFrom(function, origins);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    if (passes.backward[v.index]) readers.push_back(v);
  }
  passes.forward = ir::Reaching(function, readers);
  for (Value v : readers) passes.forward[v.index] = false;
  return passes;
}

bool IsFree(const ir::Node& node) {
  const OpClass op_class = ir::InfoOf(node.op).op_class;
  if (op_class == OpClass::kMovement) return node.op != Op::kPad && node.op != Op::kConcat && node.op != Op::kUnshear;
  return op_class == OpClass::kSource && node.op != Op::kUniform && node.op != Op::kArgument;
}

std::vector<bool> ChooseRecomputed(const ir::Function& function, const Passes& passes, const Effort& effort) {
  const std::vector<int> segment = SegmentsOf(function, passes.forward, std::max(effort.segments, 1));
  const std::vector<int> last_use = LastUseIn(function, passes.forward, segment);
  const size_t source = 2 * size_t{function.size()}, sink = source + 1;
  const auto in = [](Value v) { return 2 * size_t{v.index}; };
  const auto out = [](Value v) { return 2 * size_t{v.index} + 1; };
  Network network(sink + 1);
  for (Value v{0}; v.index < function.size(); ++v.index) {
    const ir::Node& node = function.node(v);
    if (passes.backward[v.index]) {
      for (Value operand : node.operands) {
        if (passes.forward[operand.index]) network.AddEdge(out(operand), sink, kInfinite);
      }
    }
    if (!passes.forward[v.index]) continue;
    network.AddEdge(in(v), out(v), BytesToKeep(node));
    for (Value operand : node.operands) network.AddEdge(out(operand), in(v), kInfinite);
    const bool handed_on = last_use[v.index] > segment[v.index];
    const bool in_last = segment[v.index] + 1 == effort.segments;
    const bool kept = handed_on || !IsAllowed(node, effort, in_last);
    if (kept && !IsFree(node)) network.AddEdge(source, in(v), kInfinite);
  }
  const std::vector<bool> behind = network.BehindCut(source, sink);
  std::vector<bool> recomputed(function.size(), false);
  for (Value v{0}; v.index < function.size(); ++v.index) recomputed[v.index] = passes.forward[v.index] && behind[in(v)];
  return recomputed;
}

}  // namespace nnc::passes
