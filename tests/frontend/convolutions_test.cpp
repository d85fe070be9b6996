// Convolutions and pooling against numbers of torch.nn.functional 1.13.
#include <cmath>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

ir::Tensor Waves(const std::vector<int64_t>& shape, double rate, double start) {
  int64_t size = 1;
  for (int64_t extent : shape) size *= extent;
  std::vector<double> numbers(static_cast<size_t>(size));
  for (size_t k = 0; k < numbers.size(); ++k) numbers[k] = std::sin(rate * static_cast<double>(k) + start);
  return ir::Tensor::Floats(shape, numbers);
}

std::string TypeText(const std::vector<int64_t>& shape) {
  return "f32" + ir::ToString(ir::Shape(shape.begin(), shape.end()));
}

struct Case {
  std::string call;  // of x, w and b: sin(1.3 k), sin(0.37 k + 0.1), sin(0.37 k + 0.2)
  std::vector<int64_t> x, w, b;
  std::vector<int64_t> shape;
  double sum;  // of y[k] cos(0.7 k)
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.call; }
class Convolutions : public ::testing::TestWithParam<Case> {};

TEST_P(Convolutions, AgreeWithPyTorch) {
  const Case& c = GetParam();
  std::string inputs = "x: " + TypeText(c.x);
  std::vector<ir::Tensor> arguments = {Waves(c.x, 1.3, 0)};
  if (!c.w.empty()) {
    inputs += ", w: " + TypeText(c.w) + ", b: " + TypeText(c.b);
    arguments.push_back(Waves(c.w, 0.37, 0.1));
    arguments.push_back(Waves(c.b, 0.37, 0.2));
  }
  Compiled compiled("fn f(" + inputs + ") = " + c.call);
  ASSERT_EQ(compiled.Errors(), "");
  const ir::Tensor y = ir::Evaluate(compiled.Ir("f"), arguments).front();
  EXPECT_EQ(y.shape, c.shape);
  double sum = 0;
  for (int64_t k = 0; k < y.elements(); ++k) sum += y.number(k) * std::cos(0.7 * static_cast<double>(k));
  EXPECT_NEAR(sum, c.sum, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(
    Library, Convolutions,
    ::testing::Values(
        Case{"conv2d(x, w, b)", {2, 3, 5, 6}, {4, 3, 3, 2}, {4}, {2, 4, 3, 5}, 5.564009797},
        Case{"conv2d(x, w, b, 2, 1)", {2, 3, 5, 6}, {4, 3, 3, 3}, {4}, {2, 4, 3, 3}, -0.05593757868},
        Case{"conv2d(x, w, b, stride: [2, 3], padding: [2, 1], dilation: [1, 2])",
             {1, 2, 7, 9},
             {3, 2, 3, 2},
             {3},
             {1, 3, 5, 3},
             -0.920790272},
        Case{"conv2d(x, w, groups: 2, padding: 1)", {2, 4, 4, 5}, {6, 2, 3, 3}, {6}, {2, 6, 4, 5}, -2.15103566},
        Case{"conv2d(x, w, b, groups: 4)", {1, 4, 4, 5}, {4, 1, 2, 2}, {4}, {1, 4, 3, 4}, 7.435051257},
        Case{"conv2d(x, w, b, dilation: 3, padding: 3)", {1, 1, 8, 8}, {2, 1, 3, 3}, {2}, {1, 2, 8, 8}, 0.3977696233},
        Case{"conv1d(x, w, b, stride: 2, padding: 2, dilation: 2)", {2, 3, 17}, {4, 3, 5}, {4}, {2, 4, 7}, 2.260200083},
        Case{"conv_transpose2d(x, w, b)", {2, 3, 4, 5}, {3, 2, 3, 2}, {2}, {2, 2, 6, 6}, 1.685825136},
        Case{"conv_transpose2d(x, w, b, 2, 1, 1)", {2, 3, 4, 5}, {3, 2, 3, 3}, {2}, {2, 2, 8, 10}, 4.250436855},
        Case{"conv_transpose2d(x, w, b, stride: [3, 2], padding: [1, 0], groups: 2, dilation: [2, 1])",
             {1, 4, 3, 4},
             {4, 3, 2, 3},
             {6},
             {1, 6, 7, 9},
             0.7196045281},
        Case{"max_pool2d(x, 2)", {2, 3, 5, 6}, {}, {}, {2, 3, 2, 3}, 1.191266977},
        Case{"max_pool2d(x, 3, 2, 1)", {2, 3, 7, 7}, {}, {}, {2, 3, 4, 4}, -0.8729459208},
        Case{"max_pool2d(x, [2, 3], stride: [1, 2], padding: [1, 0], dilation: [2, 1])",
             {1, 2, 6, 8},
             {},
             {},
             {1, 2, 6, 3},
             -1.11686125},
        Case{"avg_pool2d(x, 2)", {2, 3, 5, 6}, {}, {}, {2, 3, 2, 3}, -0.6873246384},
        Case{"avg_pool2d(x, [3, 2], stride: 2, padding: 1)", {1, 2, 7, 8}, {}, {}, {1, 2, 4, 5}, -0.1047246474}));

TEST(ConvolutionLayers, HaveSymbolicSizes) {
  Compiled compiled(
      "model Net() {\n  body = Sequential([Conv2d(3, 8, 3, padding: 1), Activation(relu), MaxPool2d(2), Conv2d(8, 4, "
      "[3, 5], stride: 2, "
      "bias: false)])\n  forward(x: f32[N, 3, H, W]) = body(x)\n}\nlet net = Net()\n"
      "fn f(x: f32[N, 3, H, W]) = net(x)\nfn g(x: f32[5, 3, 28, 30]) = net(x)\n"
      "let up = ConvTranspose2d(4, 3, 2, stride: 2)\nfn h(x: f32[N, 4, H, W]) -> f32[N, 3, 2*H, 2*W] = up(x)\n"
      "let line = Conv1d(2, 6, 3, groups: 2, padding: 1)\nfn l(x: f32[N, 2, L]) -> f32[N, 6, L] = line(x)\n"
      "let flat = Sequential([AvgPool2d(2), Flatten()])\nfn m(x: f32[N, 4, 6, 8]) -> f32[N, 48] = flat(x)");
  ASSERT_EQ(compiled.Errors(), "");
  const ir::Function& g = compiled.Ir("g");
  EXPECT_EQ(ir::ToString(g.type(g.results()[0].value)), "f32[5, 4, 6, 6]");
  const ir::Function small = ir::Specialize(compiled.Ir("f"), {{"N", 2}, {"H", 13}, {"W", 15}});
  EXPECT_EQ(ir::ToString(small.type(small.results()[0].value)), "f32[2, 4, 2, 2]");
  std::vector<std::string> names;
  for (const auto& parameter : compiled.program.parameters) names.push_back(parameter.name);
  EXPECT_THAT(names, ::testing::ElementsAre("net.body.0.weight", "net.body.0.bias", "net.body.3.weight", "up.weight",
                                            "up.bias", "line.weight", "line.bias"));
}

TEST(ConvolutionErrors, NameBothShapes) {
  EXPECT_THAT(ErrorsOf("fn f(x: f32[N, 3, 8, 8], w: f32[4, 2, 3, 3]) = conv2d(x, w)"),
              AllOf(HasSubstr("f32[4, 2, 3, 3]"), HasSubstr("axis 1 is 2, not 3")));
  EXPECT_THAT(ErrorsOf("let c = Conv2d(3, 4, 3)\nfn f(x: f32[N, 1, 8, 8]) = c(x)"),
              AllOf(HasSubstr("f32[N, 1, 8, 8]"), HasSubstr("axis 1 is 1, not 3")));
  EXPECT_THAT(ErrorsOf("fn f(x: f32[N, 1, 8, 8]) = max_pool2d(x, [2, 2, 2])"), HasSubstr("E0315"));
  EXPECT_THAT(ErrorsOf("fn f(x: f32[N, 8]) = windows(x, axis: 1, size: 2, stride: 0)"), HasSubstr("at least 1"));
}

}  // namespace
}  // namespace nnc::testing
