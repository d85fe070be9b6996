#include "ir/graph_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/graph/graph_concepts.hpp>

#include "ir/builder.h"

namespace nnc::ir {
namespace {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<FunctionGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<FunctionGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<FunctionGraph>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<FunctionGraph, uint32_t, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<UsersGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<UsersGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<UsersGraph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<UsersGraph>));

// x, y -> s = x*x, t = s + y, u = y - y (unused)
struct Diamond {
  Function f{"f"};
  Value x, y, s, t, u;
  Diamond() {
    Builder builder(f);
    x = builder.Argument("x", Element::kF32);
    y = builder.Argument("y", Element::kF32);
    s = builder.Mul(x, x);
    t = builder.Add(s, y);
    u = builder.Sub(y, y);
    f.AddResult("t", t);
  }
};

TEST(FunctionGraph, EdgesLeadToOperandsInTheirOrder) {
  Diamond d;
  FunctionGraph g(d.f);
  EXPECT_EQ(num_vertices(g), 5u);
  EXPECT_EQ(out_degree(d.x.index, g), 0u);
  auto [begin, end] = adjacent_vertices(d.t.index, g);
  EXPECT_EQ(std::vector<uint32_t>(begin, end), (std::vector<uint32_t>{d.s.index, d.y.index}));
  auto [first, last] = out_edges(d.s.index, g);
  ASSERT_EQ(std::distance(first, last), 2);  // both operands are x: two edges
  EXPECT_EQ(source(*first, g), d.s.index);
  EXPECT_EQ(target(*first, g), d.x.index);
  EXPECT_EQ(std::next(first)->position, 1u);
}

TEST(UsersGraph, EdgesLeadToUsersInTheirOrder) {
  Diamond d;
  UsersGraph g(d.f);
  EXPECT_EQ(num_edges(g), 6u);
  auto users = [&](Value v) {
    auto [begin, end] = adjacent_vertices(v.index, g);
    return std::vector<uint32_t>(begin, end);
  };
  EXPECT_EQ(users(d.x), (std::vector<uint32_t>{d.s.index, d.s.index}));
  EXPECT_EQ(users(d.y), (std::vector<uint32_t>{d.t.index, d.u.index, d.u.index}));
  EXPECT_EQ(users(d.t), (std::vector<uint32_t>{}));
  for (OperandEdge e : g.uses()) EXPECT_LT(source(e, g), target(e, g));
}

TEST(Reaching, FindsWhatIsNeededForTheRoots) {
  Diamond d;
  EXPECT_EQ(Reaching(d.f, {d.t}), (std::vector<bool>{true, true, true, true, false}));
  EXPECT_EQ(Reaching(d.f, {d.s, d.s}), (std::vector<bool>{true, false, true, false, false}));
  EXPECT_EQ(Reaching(d.f, {}), std::vector<bool>(5, false));
}

TEST(ReachableFrom, FindsWhatIsComputedFromTheRoots) {
  Diamond d;
  EXPECT_EQ(ReachableFrom(d.f, {d.x}), (std::vector<bool>{true, false, true, true, false}));
  EXPECT_EQ(ReachableFrom(d.f, {d.s, d.u}), (std::vector<bool>{false, false, true, true, true}));
  EXPECT_EQ(ReachableFrom(d.f, {}), std::vector<bool>(5, false));
}

TEST(TopologicalOrder, HasEveryValueOnceAfterItsOperands) {
  Diamond d;
  std::vector<Value> order = TopologicalOrder(d.f);
  ASSERT_EQ(order.size(), d.f.size());
  auto place = [&](Value v) { return std::find(order.begin(), order.end(), v) - order.begin(); };
  for (uint32_t v = 0; v < d.f.size(); ++v) {
    for (Value operand : d.f.node(Value{v}).operands) EXPECT_LT(place(operand), place(Value{v}));
  }
}

TEST(GraphView, AlgorithmsTakeLongChainsWithoutRecursion) {
  Function f("f");
  Builder builder(f);
  Value x = builder.Argument("x", Element::kF32);
  Value last = x;
  for (int i = 0; i < 100'000; ++i) last = builder.Neg(last);
  std::vector<Value> order = TopologicalOrder(f);
  EXPECT_EQ(order.front(), x);
  EXPECT_EQ(order.back(), last);
  EXPECT_EQ(ReachableFrom(f, {x}), std::vector<bool>(f.size(), true));
  EXPECT_EQ(Reaching(f, {last}), std::vector<bool>(f.size(), true));
}

TEST(GraphView, AnEmptyFunctionIsAnEmptyGraph) {
  Function f("f");
  EXPECT_TRUE(TopologicalOrder(f).empty());
  EXPECT_TRUE(ReachableFrom(f, {}).empty());
  EXPECT_EQ(num_edges(UsersGraph(f)), 0u);
}

}  // namespace
}  // namespace nnc::ir
