// Samples of requests for derivatives.
#include <fmt/format.h>

#include "ir/builder.h"
#include "tests/ir/sample_maker.h"
#include "tests/ir/sample_values.h"

namespace nnc::ir {

namespace {

// A sample of a request on x and its square.
template <class Request>
void AddRequest(SampleMaker& maker, const Shape& shape, Request request) {
  OpSample sample;
  sample.function = Function("sample");
  Builder builder(sample.function);
  Type type(kF32, shape);
  Value x = builder.Argument("a", type);
  sample.function.AddResult("result", request(builder, x, builder.Mul(x, x)));
  sample.arguments = {SampleTensor(maker.op(), 0, type, maker.kind(), maker.random())};
  sample.name = fmt::format("{} {}", InfoOf(maker.op()).mnemonic, ToString(shape));
  maker.samples().push_back(std::move(sample));
}

}  // namespace

void SamplesOfVjp(SampleMaker& maker) {
  for (const Shape& shape : kShapes) {
    AddRequest(maker, shape, [](Builder& b, Value x, Value y) {
      return b.Apply(Op::kVjp, {y, x, b.ConstantLike(0.5, y)}, {}, "result");
    });
  }
}

void SamplesOfJacobian(SampleMaker& maker) {
  for (const Shape& shape : kShapes) {
    AddRequest(maker, shape, [](Builder& b, Value x, Value y) { return b.Apply(Op::kJacobian, {y, x}, {}, "result"); });
  }
}

// A square whose derivative is written out.
void SamplesOfCustomVjp(SampleMaker& maker) {
  for (const Shape& shape : kShapes) {
    AddRequest(maker, shape, [](Builder& b, Value x, Value y) {
      Value adjoint = b.ConstantLike(0, y);
      Value derivative = b.Mul(adjoint, b.Add(x, x));
      return b.Apply(Op::kCustomVjp, {y, adjoint, x, derivative}, {}, "result");
    });
  }
}

}  // namespace nnc::ir
