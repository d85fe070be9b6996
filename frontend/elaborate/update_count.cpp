#include "frontend/elaborate/update_count.h"

namespace nnc {

using ir::Element;

UpdateCount CountUpdates(Elaborator& elaborator, Frame& frame, Span span, int64_t accumulate) {
  Graph& graph = frame.graph();
  ir::Builder& build = graph.builder();
  build.span = span;
  auto scalar = [&](ArgumentKind kind, const char* name) { return graph.Read(kind, name, Element::kI64, {}); };
  auto number = [&](int64_t value) { return build.Constant(static_cast<double>(value), Element::kI64); };
  ir::Value step = scalar(ArgumentKind::kStep, "step");
  if (accumulate == 1) {
    Value done = Value::Tensor(build.Cast(step, Element::kF32));
    return {elaborator.Apply(frame, span, ir::Op::kAdd, {done, Value(1.0)}), {}};
  }
  ir::Value batches = scalar(ArgumentKind::kBatches, "batches");
  ir::Value one = number(1), k = number(accumulate);
  ir::Value place = build.Mod(step, batches);  // in the epoch
  ir::Value next = build.Add(place, one);
  ir::Value updates = build.Or(build.Eq(build.Mod(next, k), number(0)), build.Eq(next, batches));
  updates = build.Or(updates, build.Eq(build.Add(step, one), scalar(ArgumentKind::kSteps, "steps")));
  ir::Value an_epoch = build.Div(build.Add(batches, number(accumulate - 1)), k);  // updates
  ir::Value done = build.Add(build.Mul(build.Div(step, batches), an_epoch), build.Div(place, k));
  return {Value::Tensor(build.Cast(build.Add(done, one), Element::kF32)), updates};
}

}  // namespace nnc
