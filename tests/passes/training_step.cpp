#include "tests/passes/training_step.h"

#include <fmt/format.h>

#include "ir/builder.h"
#include "passes/pipeline.h"

namespace nnc::passes {
namespace {

using ir::Op;
using ir::Value;

Value Layer(ir::Builder& b, Value x, Value weight) {
  const Value product = b.MatMul(x, weight);
  const Value silu = b.Mul(product, b.Sigmoid(product));
  const Value norm = b.Sqrt(
      b.Add(b.Reduce(Op::kReduceSum, b.Mul(silu, silu), {1}, /*keepdims=*/true), b.Constant(1, ir::Element::kF32)));
  return b.Div(silu, norm);
}

}  // namespace

ir::Function DeepNetworkStep(int depth, int64_t rows, int64_t width) {
  ir::Function function("step");
  ir::Builder b(function);
  const ir::Type batch{ir::Element::kF32, {rows, width}};
  const Value x = b.Argument("x", batch);
  const Value target = b.Argument("target", batch);
  std::vector<Value> weights;
  for (int i = 0; i < depth; ++i) {
    weights.push_back(b.Argument(fmt::format("w{}", i), {ir::Element::kF32, {width, width}}));
  }
  Value h = x;
  for (const Value weight : weights) h = Layer(b, h, weight);
  const Value error = b.Sub(h, target);
  const Value loss = b.ReduceAll(Op::kReduceSum, b.Mul(error, error));
  const Value one = b.Constant(1, ir::Element::kF32), rate = b.Constant(0.1, ir::Element::kF32);
  for (int i = 0; i < depth; ++i) {
    const Value weight = weights[static_cast<size_t>(i)];
    const Value gradient = b.Apply(Op::kVjp, {loss, weight, one});
    function.AddResult(fmt::format("w{}", i), b.Sub(weight, b.Mul(gradient, rate)));
  }
  function.AddResult("loss", loss);
  return Optimize(function);
}

}  // namespace nnc::passes
