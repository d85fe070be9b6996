#include "tests/ir/op_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "ir/builder.h"
#include "tests/ir/sample_values.h"
#include "tests/ir/scan_samples.h"

namespace nnc::ir {

namespace {

constexpr Element kF32 = Element::kF32, kF64 = Element::kF64, kBF16 = Element::kBF16, kI32 = Element::kI32,
                  kI64 = Element::kI64, kU8 = Element::kU8, kBool = Element::kBool;
using K = AttributeKey;

// ---- Samples of one op ----

class Maker {
 public:
  Maker(Op op, SampleValues kind) : op_(op), kind_(kind), random_(0x5EED + static_cast<uint64_t>(op)) {}

  Op op() const { return op_; }
  SampleValues kind() const { return kind_; }
  Random& random() { return random_; }
  std::vector<OpSample>& samples() { return samples_; }

  // A call of the op on arguments of these types.
  void Add(const std::vector<Type>& operands, Attributes attributes = {}) {
    OpSample sample;
    sample.function = Function("sample");
    Builder builder(sample.function);
    std::vector<Value> values;
    for (size_t i = 0; i < operands.size(); ++i) {
      values.push_back(builder.Argument(std::string(1, static_cast<char>('a' + i)), operands[i]));
      sample.arguments.push_back(SampleTensor(op_, i, operands[i], kind_, random_));
      sample.name += (i == 0 ? "" : ", ") + ToString(operands[i]);
    }
    sample.name = fmt::format("{}({}) number {}", InfoOf(op_).mnemonic, sample.name, samples_.size());
    sample.function.AddResult("result", builder.Apply(op_, values, std::move(attributes), "result"));
    samples_.push_back(std::move(sample));
  }

  // As Add, where operand 1 is ids of rows of operand 0.
  void AddIndexed(const std::vector<Type>& operands) {
    Add(operands);
    int64_t last = operands[0].shape[0].value() - 1;
    for (int64_t& id : samples_.back().arguments[1].ints()) id = AnyId(operands[1].element, last);
  }

 private:
  int64_t AnyId(Element element, int64_t last) {
    if (kind_ == SampleValues::kSmooth) return last < 0 ? 0 : random_.Int(0, last);
    if (random_.Chance(10)) return ExtremeInteger(element, random_);
    return random_.Int(element == kU8 ? 0 : -2, last + 2);
  }

  Op op_;
  SampleValues kind_;
  Random random_;
  std::vector<OpSample> samples_;
};

const std::vector<Shape> kShapes = {{},     {0},    {1},     {2},       {3},       {7},       {8},
                                    {9},    {17},   {100},   {2, 3},    {7, 17},   {17, 9},   {1, 8},
                                    {8, 1}, {0, 3}, {3, 33}, {3, 0, 2}, {2, 3, 7}, {2, 1, 8}, {2, 3, 1, 9}};

// Shapes that go together by each clause of strict broadcasting.
const std::vector<std::pair<Shape, Shape>> kShapePairs = {{{}, {}},
                                                          {{7}, {7}},
                                                          {{17}, {17}},
                                                          {{3, 9}, {3, 9}},
                                                          {{2, 3, 8}, {2, 3, 8}},
                                                          {{0}, {0}},
                                                          {{}, {17}},
                                                          {{9}, {}},
                                                          {{}, {2, 3, 7}},
                                                          {{0}, {}},
                                                          {{3, 1}, {3, 7}},
                                                          {{1, 17}, {3, 17}},
                                                          {{8, 1}, {1, 9}},
                                                          {{2, 1, 9}, {2, 3, 9}},
                                                          {{1}, {8}},
                                                          {{1, 1}, {2, 3}},
                                                          {{3}, {2, 3}},
                                                          {{17}, {8, 17}},
                                                          {{3, 7}, {2, 3, 7}},
                                                          {{7}, {2, 3, 7}},
                                                          {{8, 17}, {17}},
                                                          {{3, 0}, {0}},
                                                          {{1, 3}, {0, 3}},
                                                          {{2, 3, 1, 9}, {9}},
                                                          {{100}, {100}},
                                                          {{2, 3, 1, 9}, {2, 1, 8, 9}}};

std::vector<Element> Numbers() { return {kF32, kF64, kBF16, kI32, kI64, kU8}; }

void AddUnary(Maker& maker, const std::vector<Element>& elements, const Attributes& attributes = {}) {
  for (const Shape& shape : kShapes) maker.Add({Type(elements[0], shape)}, attributes);
  for (size_t i = 1; i < elements.size(); ++i) {
    for (const Shape& shape : {Shape{}, Shape{9}, Shape{17, 9}}) maker.Add({Type(elements[i], shape)}, attributes);
  }
}

void AddBinary(Maker& maker, const std::vector<Element>& elements) {
  for (const auto& [a, b] : kShapePairs) maker.Add({Type(elements[0], a), Type(elements[0], b)});
  for (size_t i = 1; i < elements.size(); ++i) {
    Element e = elements[i];
    for (const Shape& shape : {Shape{}, Shape{17}, Shape{3, 33}}) maker.Add({Type(e, shape), Type(e, shape)});
    maker.Add({Type(e, {2, 1}), Type(e, {2, 9})});
  }
}

// ---- By type rule, in the order of the op table ----

// The identity: an argument is itself a result.
void SamplesOfArgument(Maker& maker) {
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{2, 17}}) {
    OpSample sample;
    sample.function = Function("sample");
    sample.function.AddResult("result", Builder(sample.function).Argument("a", Type(kF32, shape)));
    sample.arguments = {SampleTensor(Op::kArgument, 0, Type(kF32, shape), maker.kind(), maker.random())};
    sample.name = "argument " + ToString(shape);
    maker.samples().push_back(std::move(sample));
  }
}

void AddConstant(Maker& maker, Element element, const Shape& shape, double value) {
  maker.Add({}, {{K::kValue, value}, {K::kElement, element}, {K::kShape, shape}});
}

void SamplesOfConstant(Maker& maker) {
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

void SamplesOfSize(Maker& maker) {
  for (int64_t size : {0, 1, 17}) maker.Add({}, {{K::kDim, Dim(size)}});
}

void SamplesOfIota(Maker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      maker.Add({}, {{K::kShape, shape}, {K::kAxis, static_cast<int64_t>(axis)}});
    }
  }
}

void SamplesOfUniform(Maker& maker) {
  for (Element element : {kF32, kF64}) {
    for (const Shape& shape : kShapes) maker.Add({kI64}, {{K::kElement, element}, {K::kShape, shape}});
  }
}

void SamplesOfNumber(Maker& maker) { AddUnary(maker, Numbers()); }
void SamplesOfFloat(Maker& maker) { AddUnary(maker, {kF32, kF64, kBF16}); }
void SamplesOfPredicate(Maker& maker) { AddUnary(maker, {kF32, kF64, kBF16}); }
void SamplesOfAny(Maker& maker) { AddUnary(maker, {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}); }

void SamplesOfLogical(Maker& maker) {
  if (InfoOf(maker.op()).operands == 1) return AddUnary(maker, {kBool});
  AddBinary(maker, {kBool});
}

void SamplesOfCast(Maker& maker) {
  for (Element to : {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}) {
    for (Element from : {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}) {
      for (const Shape& shape : {Shape{}, Shape{17}, Shape{2, 9}}) maker.Add({Type(from, shape)}, {{K::kElement, to}});
    }
  }
}

void SamplesOfArithmetic(Maker& maker) { AddBinary(maker, Numbers()); }
void SamplesOfCompare(Maker& maker) { AddBinary(maker, {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}); }
void SamplesOfFoldIn(Maker& maker) { AddBinary(maker, {kI64}); }

void SamplesOfSelect(Maker& maker) {
  for (const auto& [a, b] : kShapePairs) {
    for (Element e : {kF32, kI32}) {
      maker.Add({Type(kBool, a), Type(e, b), Type(e, b)});
      maker.Add({Type(kBool, b), Type(e, a), Type(e, b)});
    }
    maker.Add({Type(kBool, a), Type(kF64, a), Type(kF64, {})});
  }
}

void SamplesOfReduce(Maker& maker) {
  const std::vector<std::pair<Shape, std::vector<int64_t>>> cases = {{{}, {}},
                                                                     {{7}, {}},
                                                                     {{1}, {0}},
                                                                     {{7}, {0}},
                                                                     {{17}, {0}},
                                                                     {{100}, {0}},
                                                                     {{17, 9}, {0}},
                                                                     {{17, 9}, {1}},
                                                                     {{17, 9}, {0, 1}},
                                                                     {{0}, {0}},
                                                                     {{3, 0}, {0}},
                                                                     {{3, 0}, {1}},
                                                                     {{3, 100}, {1}},
                                                                     {{100, 3}, {0}},
                                                                     {{8, 33}, {0}},
                                                                     {{2, 3, 8}, {0, 2}},
                                                                     {{2, 3, 8}, {1}},
                                                                     {{2, 3, 17}, {2}},
                                                                     {{2, 3, 1, 7}, {1, 3}},
                                                                     {{2, 3, 1, 7}, {0, 1, 2, 3}}};
  bool orders = maker.op() == Op::kReduceMax || maker.op() == Op::kReduceMin;
  for (bool keepdims : {false, true}) {
    for (const auto& [shape, axes] : cases) {
      for (Element element : {kF32, kF64, kBF16, kI32, kU8, kBool}) {
        bool every_shape = element == kF32 || shape == Shape{17, 9};
        if (!every_shape || (element == kBool && !orders)) continue;
        maker.Add({Type(element, shape)}, {{K::kAxes, axes}, {K::kKeepdims, keepdims}});
      }
    }
  }
}

void SamplesOfArgMax(Maker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] == Dim(0)) continue;
      bool keepdims = axis % 2 == 1;
      for (Element element : {kF32, kI32}) {
        maker.Add({Type(element, shape)}, {{K::kAxis, static_cast<int64_t>(axis)}, {K::kKeepdims, keepdims}});
      }
    }
  }
}

void SamplesOfReshape(Maker& maker) {
  const std::vector<std::pair<Shape, Shape>> cases = {{{6}, {2, 3}},     {{2, 9}, {9, 2}},   {{}, {1}},
                                                      {{1, 1}, {}},      {{0, 3}, {0}},      {{0}, {7, 0, 2}},
                                                      {{2, 3, 7}, {42}}, {{17}, {17, 1, 1}}, {{4, 9}, {2, 2, 3, 3}}};
  for (const auto& [from, to] : cases) {
    for (Element element : {kF32, kI64, kBool}) maker.Add({Type(element, from)}, {{K::kShape, to}});
  }
}

void SamplesOfTranspose(Maker& maker) {
  for (const Shape& shape : kShapes) {
    std::vector<int64_t> axes(shape.size());
    std::iota(axes.begin(), axes.end(), 0);
    do {
      if (axes.size() == 4 && axes[0] % 2 == 0) continue;  // half of the 24
      maker.Add({Type(kF32, shape)}, {{K::kAxes, axes}});
    } while (std::next_permutation(axes.begin(), axes.end()));
  }
  maker.Add({Type(kI32, {7, 17})}, {{K::kAxes, std::vector<int64_t>{1, 0}}});
}

void SamplesOfBroadcast(Maker& maker) {
  const std::vector<std::pair<Shape, Shape>> cases = {
      {{}, {}},           {{}, {3, 7}},      {{}, {0}},  {{9}, {2, 9}},       {{9}, {9}},
      {{1, 3}, {2, 3}},   {{8, 1}, {8, 17}}, {{1}, {0}}, {{3, 7}, {2, 3, 7}}, {{2, 1, 9}, {2, 3, 9}},
      {{17}, {2, 3, 17}}, {{1, 1}, {7, 3}}};
  for (const auto& [from, to] : cases) {
    for (Element element : {kF32, kI32}) maker.Add({Type(element, from)}, {{K::kShape, to}});
  }
}

void SamplesOfSlice(Maker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      int64_t size = shape[axis].value();
      for (auto [start, limit] :
           {std::pair{int64_t{0}, size}, {size / 3, size}, {size / 3, size - size / 3}, {size, size}}) {
        maker.Add({Type(kF32, shape)},
                  {{K::kAxis, static_cast<int64_t>(axis)}, {K::kStart, Dim(start)}, {K::kLimit, Dim(limit)}});
      }
    }
  }
}

void SamplesOfPad(Maker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      for (auto [low, high] : {std::pair{0, 0}, {2, 0}, {0, 3}, {1, 8}}) {
        maker.Add({Type(low == 2 ? kI32 : kF32, shape)},
                  {{K::kAxis, static_cast<int64_t>(axis)}, {K::kLow, Dim(low)}, {K::kHigh, Dim(high)}});
      }
    }
  }
}

void SamplesOfConcat(Maker& maker) {
  for (Element e : {kF32, kI32, kBool}) {
    for (int64_t axis : {0, 1, 2}) {
      std::vector<Type> parts;
      for (int64_t size : {3, 0, 1, 8}) {
        Shape shape = {2, 7, 3};
        shape[axis] = size;
        parts.push_back(Type(e, shape));
        maker.Add(parts, {{K::kAxis, axis}});
      }
    }
    maker.Add({Type(e, {9}), Type(e, {17})}, {{K::kAxis, int64_t{0}}});
  }
}

void SamplesOfReverse(Maker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      maker.Add({Type(kF32, shape)}, {{K::kAxis, static_cast<int64_t>(axis)}});
    }
  }
}

// Windows along an axis of `length`, their places along the next.
struct WindowSample {
  Shape shape;  // of the sheared tensor's operand
  int64_t axis, stride, dilation;
};
const std::vector<WindowSample> kWindowSamples = {{{1, 1}, 0, 1, 1},     {{7, 3}, 0, 1, 1},        {{8, 2}, 0, 2, 1},
                                                  {{9, 3}, 0, 2, 1},     {{17, 3}, 0, 3, 2},       {{40, 5}, 0, 1, 3},
                                                  {{2, 9, 3}, 1, 2, 2},  {{2, 8, 2, 17}, 1, 2, 1}, {{3, 7, 1}, 1, 2, 1},
                                                  {{2, 33, 3}, 1, 1, 1}, {{7, 3, 2}, 0, 4, 1},     {{0, 5, 2}, 1, 1, 1},
                                                  {{5, 2, 0}, 0, 1, 1},  {{2, 3, 20, 4}, 2, 4, 1}};

Attributes WindowAttributes(const WindowSample& c) {
  return {{K::kAxis, c.axis}, {K::kStride, c.stride}, {K::kDilation, c.dilation}};
}

void SamplesOfShear(Maker& maker) {
  for (const WindowSample& c : kWindowSamples) {
    for (Element e : {kF32, kI32}) maker.Add({Type(e, c.shape)}, WindowAttributes(c));
  }
}

void SamplesOfUnshear(Maker& maker) {
  for (const WindowSample& c : kWindowSamples) {
    Shape windows = c.shape;
    const auto axis = static_cast<size_t>(c.axis);
    const Dim size = c.shape[axis + 1], reach = Dim(c.dilation) * (size - 1) + 1;
    windows[axis] = FloorDiv(c.shape[axis] - reach, c.stride) + 1;
    Attributes attributes = WindowAttributes(c);
    for (int64_t more : {0, 4}) {
      attributes.Set(K::kLength, c.shape[axis] + more);
      for (Element e : {kF32, kI32}) maker.Add({Type(e, windows)}, attributes);
    }
  }
}

// Tables and shapes of ids.
const std::vector<Shape> kTables = {{5}, {1}, {7, 3}, {1, 8}, {3, 17}, {3, 2, 9}, {7, 0}};
const std::vector<Shape> kIds = {{}, {0}, {1}, {9}, {2, 3}};

void SamplesOfTake(Maker& maker) {
  for (const Shape& table : kTables) {
    for (const Shape& ids : kIds) {
      for (Element e : {kF32, kI32}) maker.AddIndexed({Type(e, table), Type(e == kF32 ? kI32 : kI64, ids)});
    }
  }
  maker.AddIndexed({Type(kF32, {0, 3}), Type(kI32, {2})});
  maker.AddIndexed({Type(kF64, {9, 3}), Type(kU8, {17})});
  maker.AddIndexed({Type(kBF16, {9, 3}), Type(kI32, {17})});
}

void SamplesOfScatterAdd(Maker& maker) {
  for (const Shape& base : kTables) {
    for (const Shape& ids : kIds) {
      Shape rows = ids;
      rows.insert(rows.end(), base.begin() + 1, base.end());
      for (Element e : {kF32, kI32}) {
        maker.AddIndexed({Type(e, base), Type(e == kF32 ? kI32 : kI64, ids), Type(e, rows)});
      }
    }
  }
  maker.AddIndexed({Type(kF64, {9, 3}), Type(kU8, {17}), Type(kF64, {17, 3})});
  maker.AddIndexed({Type(kF32, {250}), Type(kU8, {17}), Type(kF32, {17})});
}

// Every shape and axis in f32, and each other element type along the first, a middle and the last axis.
void AddLines(Maker& maker, const std::vector<Element>& others, const std::function<Attributes(int64_t)>& attributes) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      maker.Add({Type(kF32, shape)}, attributes(static_cast<int64_t>(axis)));
    }
  }
  for (Element element : others) {
    for (int64_t axis : {0, 1, 2}) maker.Add({Type(element, {3, 17, 9})}, attributes(axis));
  }
}

void SamplesOfCumSum(Maker& maker) {
  AddLines(maker, {kF64, kBF16, kI32, kI64, kU8}, [](int64_t axis) { return Attributes{{K::kAxis, axis}}; });
}

void SamplesOfArgSort(Maker& maker) {
  for (bool descending : {false, true}) {
    AddLines(maker, {kF64, kBF16, kI32, kI64, kU8, kBool},
             [&](int64_t axis) { return Attributes{{K::kAxis, axis}, {K::kDescending, descending}}; });
  }
}

void SamplesOfMatMul(Maker& maker) {
  struct Case {
    Shape batch;
    int64_t m, k, n;
  };
  const std::vector<Case> cases = {{{}, 1, 1, 1},   {{}, 2, 3, 1},   {{}, 3, 7, 8},   {{}, 8, 17, 9},
                                   {{}, 17, 1, 2},  {{}, 0, 3, 2},   {{}, 3, 0, 2},   {{}, 2, 3, 0},
                                   {{}, 1, 100, 1}, {{}, 9, 17, 50}, {{2}, 3, 7, 9},  {{2, 3}, 2, 3, 8},
                                   {{0}, 2, 3, 2},  {{}, 1, 9, 100}, {{}, 33, 20, 65}};
  for (int flags = 0; flags < 4; ++flags) {
    bool transpose_a = (flags & 1) != 0, transpose_b = (flags & 2) != 0;
    for (const Case& c : cases) {
      Shape a = c.batch, b = c.batch;
      a.insert(a.end(), {transpose_a ? c.k : c.m, transpose_a ? c.m : c.k});
      b.insert(b.end(), {transpose_b ? c.n : c.k, transpose_b ? c.k : c.n});
      for (Element e : {kF32, kF64, kBF16, kI32}) {
        if (e != kF32 && c.m != 8) continue;
        maker.Add({Type(e, a), Type(e, b)}, {{K::kTransposeA, transpose_a}, {K::kTransposeB, transpose_b}});
      }
    }
  }
}

void SamplesOfScan(Maker& maker) { maker.samples() = ScanSamples(maker.kind()); }
void SamplesOfPart(Maker& maker) { maker.samples() = ScanSamples(maker.kind()); }

// A sample of a request on x and its square.
template <class Request>
void AddRequest(Maker& maker, const Shape& shape, Request request) {
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

void SamplesOfVjp(Maker& maker) {
  for (const Shape& shape : kShapes) {
    AddRequest(maker, shape, [](Builder& b, Value x, Value y) {
      return b.Apply(Op::kVjp, {y, x, b.ConstantLike(0.5, y)}, {}, "result");
    });
  }
}

void SamplesOfJacobian(Maker& maker) {
  for (const Shape& shape : kShapes) {
    AddRequest(maker, shape, [](Builder& b, Value x, Value y) { return b.Apply(Op::kJacobian, {y, x}, {}, "result"); });
  }
}

// A square whose derivative is written out.
void SamplesOfCustomVjp(Maker& maker) {
  for (const Shape& shape : kShapes) {
    AddRequest(maker, shape, [](Builder& b, Value x, Value y) {
      Value adjoint = b.ConstantLike(0, y);
      Value derivative = b.Mul(adjoint, b.Add(x, x));
      return b.Apply(Op::kCustomVjp, {y, adjoint, x, derivative}, {}, "result");
    });
  }
}

}  // namespace

std::vector<OpSample> SamplesOf(Op op, SampleValues values) {
  Maker maker(op, values);
  switch (op) {
#define NNC_OP(name, mnemonic, operands, klass, rule, gradient, attributes) \
  case Op::k##name:                                                         \
    SamplesOf##rule(maker);                                                 \
    break;
#include "ir/ops.def"
#undef NNC_OP
  }
  return std::move(maker.samples());
}

}  // namespace nnc::ir
