#include "tests/ir/reduce_program.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ir/builder.h"
#include "ir/text.h"

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

  RandomProgram reduced = ReduceProgram(program, [](const RandomProgram& p) { return Has(p, Op::kTanh); });
  EXPECT_EQ(reduced.function.size(), 2u);  // tanh of an argument
  EXPECT_EQ(reduced.function.results().size(), 1u);
}

// What only a loop shows is left of the loop.
TEST(ReduceProgram, MakesBodiesSmaller) {
  SourceManager sources;
  Diagnostics diagnostics;
  Module module = Parse(sources.Add("t", R"(func @f(%h: f32[2], %xs: f32[3, 2]) -> (f32[2], f32[2]) {
  %e = exp %h : f32[2]
  %s = scan %e, %xs {carries = 1, checkpoint = false, length = 3, reverse = false, scanned = 1} func @body(%h: f32[2], %x: f32[2]) -> (f32[2]) {
    %t = tanh %x : f32[2]
    %m = mul %h, %t : f32[2]
    %c = sin %m : f32[2]
    return h = %c
  } : (f32[2])
  %p = part %s {index = 0} : f32[2]
  %n = neg %p : f32[2]
  return n = %n, e = %e
}
)"),
                        sources, diagnostics);
  RandomProgram program{module.functions[0], {Tensor::Floats({2}, {1, 2}), Tensor::Floats({3, 2}, {1, 2, 3, 4, 5, 6})}};
  RandomProgram reduced = ReduceProgram(program, [](const RandomProgram& p) {
    for (const Node& node : p.function.nodes()) {
      if (node.op != Op::kScan) continue;
      const Function& body = *node.attribute<Body>(AttributeKey::kBody).function;
      return std::ranges::any_of(body.nodes(), [](const Node& n) { return n.op == Op::kMul; });
    }
    return false;
  });
  EXPECT_EQ(reduced.function.size(), 4u);  // two arguments, the loop, and its part
  const Function& body = *reduced.function.node(Value{2}).attribute<Body>(AttributeKey::kBody).function;
  EXPECT_EQ(body.size(), 3u);  // and its product
  EXPECT_NE(ProgramText(reduced).find("mul %h, %x"), std::string::npos);
}

}  // namespace
}  // namespace nnc::ir
