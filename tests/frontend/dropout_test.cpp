// Dropout: what it keeps, and what its draws depend on.
#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

ir::Tensor Integer(int64_t value) { return ir::Tensor::Ints({}, {value}, ir::Element::kI64); }

// Half the elements are 0 and the others doubled: mean 1, mean square 2.
TEST(Dropout, KeepsTheMeanWhileTraining) {
  Compiled compiled(
      "let net = Linear(1, 1)\ntrain fit {\n  steps = 1\n  drop = Dropout(0.5)\n  y = drop(ones([4000]))\n"
      "  minimize mean(y) + 1000.0 * mean(square(y)) + 0.0 * sum_squares(net) using sgd(lr: 0.1)\n}");
  ASSERT_EQ(compiled.Errors(), "");
  auto loss = [&](int64_t step) {
    return compiled.Run("fit.loss",
                        {ir::Tensor::Floats({1, 1}, {0}), ir::Tensor::Floats({1}, {0}), Integer(1), Integer(step)})[0];
  };
  EXPECT_NEAR(loss(0), 2001, 160);
  EXPECT_NE(loss(0), loss(1));
  EXPECT_EQ(loss(1), loss(1));
  EXPECT_EQ(compiled.Run("fit.eval", {ir::Tensor::Floats({1, 1}, {0}), ir::Tensor::Floats({1}, {0})})[0], 1001);
}

// What a block draws follows from the seed and the step alone; outside training it draws nothing, so that it is the
// block without dropout.
TEST(Dropout, OfATransformerBlockFollowsFromTheSeed) {
  auto block = [](const std::string& p) {
    return Compiled(
        "let b = TransformerBlock(4, 2, 6, dropout: " + p + ")\ntrain fit {\n  steps = 1\n" +
        "  x = reshape(float(arange(24)), [2, 3, 4])\n  y = b(x)\n  minimize sum(sin(y)) using sgd(lr: 0.1)\n}");
  };
  Compiled dropping = block("0.5"), keeping = block("0.0");
  ASSERT_EQ(dropping.Errors(), "");
  std::vector<ir::Tensor> parameters = ir::Evaluate(dropping.Ir("init"), {Integer(1)});
  auto loss = [&](const Compiled& compiled, const std::string& function, const std::vector<ir::Tensor>& rest) {
    std::vector<ir::Tensor> arguments = parameters;
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    return compiled.Run(function, arguments)[0];
  };
  double drawn = loss(dropping, "fit.loss", {Integer(1), Integer(0)});
  EXPECT_EQ(loss(dropping, "fit.loss", {Integer(1), Integer(0)}), drawn);
  EXPECT_NE(loss(dropping, "fit.loss", {Integer(2), Integer(0)}), drawn);
  EXPECT_NE(loss(dropping, "fit.loss", {Integer(1), Integer(1)}), drawn);
  EXPECT_EQ(loss(dropping, "fit.eval", {}), loss(keeping, "fit.loss", {}));
}

}  // namespace
}  // namespace nnc::testing
