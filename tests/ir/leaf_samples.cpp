// Samples of ops without operands.
#include <limits>

#include "ir/builder.h"
#include "tests/ir/sample_maker.h"
#include "tests/ir/sample_values.h"

namespace nnc::ir {

namespace {

void AddConstant(SampleMaker& maker, Element element, const Shape& shape, double value) {
  maker.Add({}, {{K::kValue, value}, {K::kElement, element}, {K::kShape, shape}});
}

}  // namespace

// The identity: an argument is itself a result.
void SamplesOfArgument(SampleMaker& maker) {
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{2, 17}}) {
    OpSample sample;
    sample.function = Function("sample");
    sample.function.AddResult("result", Builder(sample.function).Argument("a", Type(kF32, shape)));
    sample.arguments = {SampleTensor(Op::kArgument, 0, Type(kF32, shape), maker.kind(), maker.random())};
    sample.name = "argument " + ToString(shape);
    maker.samples().push_back(std::move(sample));
  }
}

void SamplesOfConstant(SampleMaker& maker) {
  for (const Shape& shape : kShapes) AddConstant(maker, kF32, shape, -1.5);
  AddConstant(maker, kF64, {}, 0.1);
  AddConstant(maker, kF64, {2}, -0.0);
  AddConstant(maker, kI32, {3}, -7);
  AddConstant(maker, kI64, {}, 0x1p53);
  AddConstant(maker, kU8, {9}, 255);
  AddConstant(maker, kBool, {9}, 1);
  if (maker.kind() != SampleValues::kSpecial) return;
  AddConstant(maker, kF32, {3}, std::numeric_limits<double>::quiet_NaN());
  AddConstant(maker, kF32, {3}, -std::numeric_limits<double>::infinity());
}

void SamplesOfSize(SampleMaker& maker) {
  for (int64_t size : {0, 1, 17}) maker.Add({}, {{K::kDim, Dim(size)}});
}

void SamplesOfIota(SampleMaker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      maker.Add({}, {{K::kShape, shape}, {K::kAxis, static_cast<int64_t>(axis)}});
    }
  }
}

void SamplesOfUniform(SampleMaker& maker) {
  for (Element element : {kF32, kF64}) {
    for (const Shape& shape : kShapes) maker.Add({kI64}, {{K::kElement, element}, {K::kShape, shape}});
  }
}

}  // namespace nnc::ir
