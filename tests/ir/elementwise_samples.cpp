// Samples of ops that work element by element.
#include "tests/ir/sample_maker.h"

namespace nnc::ir {

namespace {

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

void AddUnary(SampleMaker& maker, const std::vector<Element>& elements, const Attributes& attributes = {}) {
  for (const Shape& shape : kShapes) maker.Add({Type(elements[0], shape)}, attributes);
  for (size_t i = 1; i < elements.size(); ++i) {
    for (const Shape& shape : {Shape{}, Shape{9}, Shape{17, 9}}) maker.Add({Type(elements[i], shape)}, attributes);
  }
}

void AddBinary(SampleMaker& maker, const std::vector<Element>& elements) {
  for (const auto& [a, b] : kShapePairs) maker.Add({Type(elements[0], a), Type(elements[0], b)});
  for (size_t i = 1; i < elements.size(); ++i) {
    Element e = elements[i];
    for (const Shape& shape : {Shape{}, Shape{17}, Shape{3, 33}}) maker.Add({Type(e, shape), Type(e, shape)});
    maker.Add({Type(e, {2, 1}), Type(e, {2, 9})});
  }
}

}  // namespace

void SamplesOfNumber(SampleMaker& maker) { AddUnary(maker, Numbers()); }
void SamplesOfFloat(SampleMaker& maker) { AddUnary(maker, {kF32, kF64, kBF16}); }
void SamplesOfPredicate(SampleMaker& maker) { AddUnary(maker, {kF32, kF64, kBF16}); }
void SamplesOfAny(SampleMaker& maker) { AddUnary(maker, {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}); }

void SamplesOfLogical(SampleMaker& maker) {
  if (InfoOf(maker.op()).operands == 1) return AddUnary(maker, {kBool});
  AddBinary(maker, {kBool});
}

void SamplesOfCast(SampleMaker& maker) {
  for (Element to : {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}) {
    for (Element from : {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}) {
      for (const Shape& shape : {Shape{}, Shape{17}, Shape{2, 9}}) maker.Add({Type(from, shape)}, {{K::kElement, to}});
    }
  }
}

void SamplesOfArithmetic(SampleMaker& maker) { AddBinary(maker, Numbers()); }
void SamplesOfCompare(SampleMaker& maker) { AddBinary(maker, {kF32, kF64, kBF16, kI32, kI64, kU8, kBool}); }
void SamplesOfFoldIn(SampleMaker& maker) { AddBinary(maker, {kI64}); }

void SamplesOfSelect(SampleMaker& maker) {
  for (const auto& [a, b] : kShapePairs) {
    for (Element e : {kF32, kI32}) {
      maker.Add({Type(kBool, a), Type(e, b), Type(e, b)});
      maker.Add({Type(kBool, b), Type(e, a), Type(e, b)});
    }
    maker.Add({Type(kBool, a), Type(kF64, a), Type(kF64, {})});
  }
}

}  // namespace nnc::ir
