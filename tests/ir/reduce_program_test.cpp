#include "tests/ir/reduce_program.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ir/builder.h"

namespace nnc::ir {
namespace {

bool Has(const RandomProgram& program, Op op) {
  return std::ranges::any_of(program.function.nodes(), [op](const Node& node) { return node.op == op; });
}

TEST(ReduceProgram, LeavesTheFaultAlone) {
  RandomProgram program;
  Function& f = program.function;
  Builder b(f);
  Value x = b.Argument("x", Type(Element::kF32, {2}));
  Value y = b.Tanh(b.Exp(b.Neg(x)));
  f.AddResult("other", b.Sin(x));
  f.AddResult("y", b.Add(y, x));
  program.arguments = {Tensor::Floats({2}, {1, 2})};
  double want = Evaluate(f, program.arguments)[1].number(0);

  RandomProgram reduced = ReduceProgram(program, [](const RandomProgram& p) { return Has(p, Op::kTanh); });
  ASSERT_EQ(reduced.function.size(), 4u);  // tanh and add of two arguments
  ASSERT_EQ(reduced.function.results().size(), 1u);
  EXPECT_EQ(Evaluate(reduced.function, reduced.arguments)[0].number(0), want);
}

}  // namespace
}  // namespace nnc::ir
