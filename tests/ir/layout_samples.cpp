// Samples of ops that move elements.
#include <algorithm>
#include <numeric>

#include "tests/ir/sample_maker.h"

namespace nnc::ir {

void SamplesOfReshape(SampleMaker& maker) {
  const std::vector<std::pair<Shape, Shape>> cases = {{{6}, {2, 3}},     {{2, 9}, {9, 2}},   {{}, {1}},
                                                      {{1, 1}, {}},      {{0, 3}, {0}},      {{0}, {7, 0, 2}},
                                                      {{2, 3, 7}, {42}}, {{17}, {17, 1, 1}}, {{4, 9}, {2, 2, 3, 3}}};
  for (const auto& [from, to] : cases) {
    for (Element element : {kF32, kI64, kBool}) maker.Add({Type(element, from)}, {{K::kShape, to}});
  }
}

void SamplesOfTranspose(SampleMaker& maker) {
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

void SamplesOfBroadcast(SampleMaker& maker) {
  const std::vector<std::pair<Shape, Shape>> cases = {
      {{}, {}},           {{}, {3, 7}},      {{}, {0}},  {{9}, {2, 9}},       {{9}, {9}},
      {{1, 3}, {2, 3}},   {{8, 1}, {8, 17}}, {{1}, {0}}, {{3, 7}, {2, 3, 7}}, {{2, 1, 9}, {2, 3, 9}},
      {{17}, {2, 3, 17}}, {{1, 1}, {7, 3}}};
  for (const auto& [from, to] : cases) {
    for (Element element : {kF32, kI32}) maker.Add({Type(element, from)}, {{K::kShape, to}});
  }
}

void SamplesOfSlice(SampleMaker& maker) {
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

void SamplesOfPad(SampleMaker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      for (auto [low, high] : {std::pair{0, 0}, {2, 0}, {0, 3}, {1, 8}}) {
        maker.Add({Type(low == 2 ? kI32 : kF32, shape)},
                  {{K::kAxis, static_cast<int64_t>(axis)}, {K::kLow, Dim(low)}, {K::kHigh, Dim(high)}});
      }
    }
  }
}

void SamplesOfConcat(SampleMaker& maker) {
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

void SamplesOfReverse(SampleMaker& maker) {
  for (const Shape& shape : kShapes) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      maker.Add({Type(kF32, shape)}, {{K::kAxis, static_cast<int64_t>(axis)}});
    }
  }
}

}  // namespace nnc::ir
