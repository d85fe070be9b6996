// A function seen as Boost.Graph graphs, and the questions that are answered by Boost's algorithms on them.
//
// FunctionGraph is the function itself, without a copy: vertex i is value i, and edges lead from a node to its
// operands. UsersGraph has the same edges turned round, from a value to the nodes that use it, which a function does
// not hold: it owns an index of them. Both go where Boost wants a VertexListGraph, an IncidenceGraph or an
// AdjacencyGraph; UsersGraph is an EdgeListGraph too. The function must outlive the graph and must not grow under it.
#pragma once

#include <boost/graph/adjacency_iterator.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <concepts>
#include <cstdint>
#include <utility>
#include <vector>

#include "ir/function.h"

namespace nnc::ir {

// Operand number `position` of node `user`.
struct OperandEdge {
  uint32_t user = 0;
  uint32_t position = 0;
  auto operator<=>(const OperandEdge&) const = default;
};

class FunctionGraph {
 public:
  explicit FunctionGraph(const Function& function) : function_(&function) {}

  const Function& function() const { return *function_; }
  const std::vector<Value>& operands(uint32_t vertex) const { return function_->node(Value{vertex}).operands; }

 private:
  const Function* function_;
};

class UsersGraph {
 public:
  explicit UsersGraph(const Function& function);

  const Function& function() const { return *function_; }
  // All edges, those that leave one value side by side, users in order.
  const std::vector<OperandEdge>& uses() const { return uses_; }
  // Where the edges that leave `vertex` begin in uses(); first(vertex + 1) is where they end.
  uint32_t first(uint32_t vertex) const { return first_[vertex]; }
  uint32_t operand(OperandEdge e) const { return function_->node(Value{e.user}).operands[e.position].index; }

 private:
  const Function* function_;
  std::vector<OperandEdge> uses_;
  std::vector<uint32_t> first_;
};

// Every value, operands before users. A function's own order is one such; this one is by depth first search from the
// last value.
std::vector<Value> TopologicalOrder(const Function& function);

// For each value, whether it is a root or is computed from one.
std::vector<bool> ReachableFrom(const Function& function, const std::vector<Value>& roots);

// For each value, whether it is a root or is needed to compute one.
std::vector<bool> Reaching(const Function& function, const std::vector<Value>& roots);

// What both graphs have in common.
struct FunctionGraphTraits {
  using vertex_descriptor = uint32_t;
  using edge_descriptor = OperandEdge;
  using directed_category = boost::directed_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;  // mul %x, %x
  using vertex_iterator = boost::counting_iterator<uint32_t>;
  using vertices_size_type = uint32_t;
  using edges_size_type = size_t;
  using degree_size_type = size_t;
  static vertex_descriptor null_vertex() { return UINT32_MAX; }
};

struct OperandsTraversal : boost::vertex_list_graph_tag, boost::incidence_graph_tag, boost::adjacency_graph_tag {};
struct UsersTraversal : OperandsTraversal, boost::edge_list_graph_tag {};

}  // namespace nnc::ir

namespace boost {

template <>
struct graph_traits<nnc::ir::FunctionGraph> : nnc::ir::FunctionGraphTraits {
  using traversal_category = nnc::ir::OperandsTraversal;
  struct EdgeAt {
    uint32_t user;
    nnc::ir::OperandEdge operator()(uint32_t position) const { return {user, position}; }
  };
  using out_edge_iterator =
      transform_iterator<EdgeAt, counting_iterator<uint32_t>, nnc::ir::OperandEdge, nnc::ir::OperandEdge>;
  using adjacency_iterator = adjacency_iterator_generator<nnc::ir::FunctionGraph, uint32_t, out_edge_iterator>::type;
};

template <>
struct graph_traits<nnc::ir::UsersGraph> : nnc::ir::FunctionGraphTraits {
  using traversal_category = nnc::ir::UsersTraversal;
  using out_edge_iterator = std::vector<nnc::ir::OperandEdge>::const_iterator;
  using edge_iterator = out_edge_iterator;
  using adjacency_iterator = adjacency_iterator_generator<nnc::ir::UsersGraph, uint32_t, out_edge_iterator>::type;
};

template <>
struct property_map<nnc::ir::FunctionGraph, vertex_index_t> {
  using type = typed_identity_property_map<uint32_t>;
  using const_type = type;
};
template <>
struct property_map<nnc::ir::UsersGraph, vertex_index_t> : property_map<nnc::ir::FunctionGraph, vertex_index_t> {};

}  // namespace boost

// The functions that Boost's concepts ask for, found by argument-dependent look-up.
namespace nnc::ir {

template <class Graph>
using GraphTraits = boost::graph_traits<Graph>;

template <class Graph>
concept FunctionView = std::same_as<Graph, FunctionGraph> || std::same_as<Graph, UsersGraph>;

inline uint32_t source(OperandEdge e, const FunctionGraph&) { return e.user; }
inline uint32_t target(OperandEdge e, const FunctionGraph& g) { return g.operands(e.user)[e.position].index; }
inline uint32_t source(OperandEdge e, const UsersGraph& g) { return g.operand(e); }
inline uint32_t target(OperandEdge e, const UsersGraph&) { return e.user; }

inline size_t out_degree(uint32_t v, const FunctionGraph& g) { return g.operands(v).size(); }
inline auto out_edges(uint32_t v, const FunctionGraph& g) {
  using Iterator = GraphTraits<FunctionGraph>::out_edge_iterator;
  using Position = boost::counting_iterator<uint32_t>;
  auto degree = static_cast<uint32_t>(out_degree(v, g));
  return std::pair(Iterator(Position(0), {v}), Iterator(Position(degree), {v}));
}

inline size_t out_degree(uint32_t v, const UsersGraph& g) { return g.first(v + 1) - g.first(v); }
inline auto out_edges(uint32_t v, const UsersGraph& g) {
  return std::pair(g.uses().begin() + g.first(v), g.uses().begin() + g.first(v + 1));
}
inline size_t num_edges(const UsersGraph& g) { return g.uses().size(); }
inline auto edges(const UsersGraph& g) { return std::pair(g.uses().begin(), g.uses().end()); }

template <FunctionView Graph>
uint32_t num_vertices(const Graph& g) {
  return g.function().size();
}
template <FunctionView Graph>
auto vertices(const Graph& g) {
  using Iterator = typename GraphTraits<Graph>::vertex_iterator;
  return std::pair(Iterator(0), Iterator(num_vertices(g)));
}
template <FunctionView Graph>
auto adjacent_vertices(uint32_t v, const Graph& g) {
  using Iterator = typename GraphTraits<Graph>::adjacency_iterator;
  auto [begin, end] = out_edges(v, g);
  return std::pair(Iterator(begin, &g), Iterator(end, &g));
}
template <FunctionView Graph>
boost::typed_identity_property_map<uint32_t> get(boost::vertex_index_t, const Graph&) {
  return {};
}
template <FunctionView Graph>
uint32_t get(boost::vertex_index_t, const Graph&, uint32_t v) {
  return v;
}

}  // namespace nnc::ir
