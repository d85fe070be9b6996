#include "ir/graph_view.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/pending/queue.hpp>
#include <iterator>

namespace nnc::ir {

// A counting sort of all operand edges by the value they come from.
UsersGraph::UsersGraph(const Function& function) : function_(&function), first_(function.size() + 1) {
  for (const Node& node : function.nodes()) {
    for (Value operand : node.operands) ++first_[operand.index + 1];
  }
  for (uint32_t v = 0; v < function.size(); ++v) first_[v + 1] += first_[v];
  uses_.resize(first_.back());
  std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
  for (uint32_t user = 0; user < function.size(); ++user) {
    const std::vector<Value>& operands = function.node(Value{user}).operands;
    for (uint32_t position = 0; position < operands.size(); ++position) {
      uses_[next[operands[position].index]++] = {user, position};
    }
  }
}

std::vector<Value> TopologicalOrder(const Function& function) {
  std::vector<uint32_t> order;
  order.reserve(function.size());
  FunctionGraph graph(function);
  boost::topological_sort(graph, std::back_inserter(order));  // puts the targets of edges, our operands, first
  std::vector<Value> values;
  values.reserve(order.size());
  for (uint32_t v : order) values.push_back(Value{v});
  return values;
}

namespace {

// Which vertices can be reached from `roots` along edges.
template <class Graph>
std::vector<bool> Reached(const Graph& graph, const std::vector<Value>& roots) {
  using Color = boost::color_traits<boost::default_color_type>;
  std::vector<boost::default_color_type> colors(num_vertices(graph), Color::white());
  auto color_map = boost::make_iterator_property_map(colors.begin(), get(boost::vertex_index, graph));
  boost::queue<uint32_t> queue;
  std::vector<uint32_t> sources;
  for (Value root : roots) sources.push_back(root.index);
  boost::breadth_first_visit(graph, sources.begin(), sources.end(), queue, boost::default_bfs_visitor(), color_map);

  std::vector<bool> reached;
  reached.reserve(colors.size());
  for (boost::default_color_type color : colors) reached.push_back(color != Color::white());
  return reached;
}

}  // namespace

std::vector<bool> ReachableFrom(const Function& function, const std::vector<Value>& roots) {
  return Reached(UsersGraph(function), roots);
}

std::vector<bool> Reaching(const Function& function, const std::vector<Value>& roots) {
  return Reached(FunctionGraph(function), roots);
}

}  // namespace nnc::ir
