// Samples of the ops that windows are made of.
#include "tests/ir/sample_maker.h"

namespace nnc::ir {

namespace {

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

}  // namespace

void SamplesOfShear(SampleMaker& maker) {
  for (const WindowSample& c : kWindowSamples) {
    for (Element e : {kF32, kI32}) maker.Add({Type(e, c.shape)}, WindowAttributes(c));
  }
}

void SamplesOfUnshear(SampleMaker& maker) {
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

}  // namespace nnc::ir
