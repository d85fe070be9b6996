#include "tests/view/graph_testing.h"

#include "ir/builder.h"
#include "passes/differentiate.h"

namespace nnc::view {

ir::Function Network() {
  ir::Function f("loss");
  ir::Builder build(f);
  ir::Value w = build.Argument("net.fc.weight", {ir::Element::kF32, {2, 3}});
  ir::Value x = build.Argument("x", {ir::Element::kF32, {8, 2}});
  ir::Value y = build.Argument("y", {ir::Element::kF32, {8, 3}});
  build.part = "net/fc";
  ir::Value product = build.MatMul(x, w);
  ir::Value z = build.Apply(ir::Op::kNeg, {build.Exp(product)}, {}, "z");
  build.part = "net";
  ir::Value h = build.Apply(ir::Op::kTanh, {z}, {}, "h");
  build.part = "cost";
  ir::Value difference = build.Sub(h, y);
  ir::Value loss = build.ReduceAll(ir::Op::kReduceSum, build.Exp(build.Neg(difference)));
  f.AddResult("loss", loss);
  std::vector<ir::Value> gradients = passes::AppendGradients(f, loss, {w});
  f.AddResult("d.net.fc.weight", gradients[0]);
  return f;
}

}  // namespace nnc::view
