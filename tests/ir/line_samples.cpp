// Samples of ops along axes: reductions, running sums, sorting.
#include <functional>

#include "tests/ir/sample_maker.h"

namespace nnc::ir {

namespace {

// Every shape and axis in f32, and each other element type along the first, a middle and the last axis.
void AddLines(SampleMaker& maker, const std::vector<Element>& others,
              const std::function<Attributes(int64_t)>& attributes) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      maker.Add({Type(kF32, shape)}, attributes(static_cast<int64_t>(axis)));
    }
  }
  for (Element element : others) {
    for (int64_t axis : {0, 1, 2}) maker.Add({Type(element, {3, 17, 9})}, attributes(axis));
  }
}

}  // namespace

void SamplesOfReduce(SampleMaker& maker) {
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

void SamplesOfArgMax(SampleMaker& maker) {
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

void SamplesOfCumSum(SampleMaker& maker) {
  AddLines(maker, {kF64, kBF16, kI32, kI64, kU8}, [](int64_t axis) { return Attributes{{K::kAxis, axis}}; });
}

void SamplesOfArgSort(SampleMaker& maker) {
  for (bool descending : {false, true}) {
    AddLines(maker, {kF64, kBF16, kI32, kI64, kU8, kBool},
             [&](int64_t axis) { return Attributes{{K::kAxis, axis}, {K::kDescending, descending}}; });
  }
}

}  // namespace nnc::ir
