// Builtins and library functions against numbers of PyTorch 1.13.
#include <cmath>
#include <limits>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string expression;  // over a, b, l, label, t, x and v
  std::vector<double> expected;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.expression; }

// Tensors that the expressions are about.
const char* const kTensors = R"(
let a_row = [0.0, 1.0, 2.0]
fn arange_f() -> f32[2, 3] = reshape(float(arange(6)), [2, 3])
fn logits() -> f32[2, 3] = stack([stack([1.0, -2.0, 0.5]), stack([0.3, 0.2, -1.0])])
fn labels() -> i32[2] = stack([2, 0])
fn targets() -> f32[2, 3] = stack([stack([1.0, 0.0, 1.0]), stack([0.0, 1.0, 0.5])])
fn share() -> f32[2, 3] = stack([stack([0.2, 0.8, 0.0]), stack([0.3, 0.3, 0.4])])
fn five() -> f32[5] = stack([-2.0, -0.5, 0.0, 0.5, 2.0])
)";

class Numbers : public ::testing::TestWithParam<Case> {};

TEST_P(Numbers, AreThoseOfPyTorch) {
  Compiled compiled(std::string(kTensors) +
                    "fn result() {\n  a = arange_f()\n  l = logits()\n  label = labels()\n  t = targets()\n" +
                    "  q = share()\n  x = five()\n  return " + GetParam().expression + "\n}\n");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.Run("result"), Near(GetParam().expected, 2e-7)) << GetParam().expression;
}

INSTANTIATE_TEST_SUITE_P(
    Activations, Numbers,
    ::testing::Values(
        Case{"relu(x)", {0, 0, 0, 0.5, 2}}, Case{"leaky_relu(x)", {-0.02, -0.005, 0, 0.5, 2}},
        Case{"leaky_relu(x, negative_slope: 0.5)", {-1, -0.25, 0, 0.5, 2}},
        Case{"elu(x)", {-0.8646647168, -0.3934693403, 0, 0.5, 2}},
        Case{"gelu(x)", {-0.0455002639, -0.1542687694, 0, 0.3457312306, 1.954499736}},
        Case{"gelu(x, approximate: \"tanh\")", {-0.04540230591, -0.1542859902, 0, 0.3457140098, 1.954597694}},
        Case{"silu(x)", {-0.238405844, -0.1887703344, 0, 0.3112296656, 1.761594156}},
        Case{"softplus(x)", {0.126928011, 0.4740769842, 0.6931471806, 0.9740769842, 2.126928011}},
        Case{"softplus(100.0 * x)", {0, 1.9287498e-22, 0.6931471806, 50, 200}},
        Case{"square(x)", {4, 0.25, 0, 0.25, 4}}, Case{"clamp(x, min: -1.0, max: 0.25)", {-1, -0.5, 0, 0.25, 0.25}},
        Case{"clamp(x, max: 0.25)", {-2, -0.5, 0, 0.25, 0.25}}, Case{"clamp(x, min: 0.25)", {0.25, 0.25, 0.25, 0.5, 2}},
        Case{"clamp(x, 1.0, -1.0)", {-1, -1, -1, -1, -1}}, Case{"clamp(arange(5), min: 1, max: 3)", {1, 1, 2, 3, 3}},
        Case{"clamp(x, min: abs(x) - 1.0)", {1, -0.5, 0, 0.5, 2}}));

INSTANTIATE_TEST_SUITE_P(
    Reductions, Numbers,
    ::testing::Values(
        Case{"sum(a)", {15}}, Case{"sum(a, axis: 0)", {3, 5, 7}}, Case{"sum(a, axis: [0, -1])", {15}},
        Case{"shape(sum(a, axis: 1, keepdims: true))[1] + shape(sum(a, axis: 1, keepdims: true))[0]", {3}},
        Case{"mean(a, axis: -1)", {1, 4}}, Case{"mean(a)", {2.5}}, Case{"prod(a + 1.0, axis: 0)", {4, 10, 18}},
        Case{"max(a, axis: 1)", {2, 5}}, Case{"min(a)", {0}}, Case{"max(a, 2.5)", {2.5, 2.5, 2.5, 3, 4, 5}},
        Case{"min(x, -x)", {-2, -0.5, 0, -0.5, -2}}, Case{"argmax(l, axis: -1)", {0, 0}},
        Case{"argmin(l, axis: 1)", {1, 2}}, Case{"argmax(a)", {5}}, Case{"shape(argmax(a, keepdims: true))[1]", {1}},
        Case{"float(any(a > 4.5, axis: 1))", {0, 1}}, Case{"float(all(a > 0.5, axis: 1))", {0, 1}},
        Case{"var(a)", {3.5}}, Case{"var(a, axis: 0)", {4.5, 4.5, 4.5}},
        Case{"var(a, axis: 1, correction: 0)", {0.6666666667, 0.6666666667}}, Case{"std(a, axis: 1)", {1, 1}},
        Case{"logsumexp(a, axis: 1)", {2.407605964, 5.407605964}}, Case{"logsumexp(1000.0 * a)", {5000}},
        Case{"norm(a)", {7.416198487}}, Case{"norm(a, axis: 1)", {2.236067977, 7.071067812}},
        Case{"norm(0.0 * a)", {0}}, Case{"sum_squares(a)", {55}}, Case{"sum_abs(x)", {5}}));

INSTANTIATE_TEST_SUITE_P(
    SoftmaxAndLosses, Numbers,
    ::testing::Values(
        Case{"softmax(l)", {0.6037488961, 0.03005888757, 0.3661922163, 0.4592698358, 0.4155645324, 0.1251656318}},
        Case{"softmax(l, axis: 0)",
             {0.6681877722, 0.09975048912, 0.8175744762, 0.3318122278, 0.9002495109, 0.1824255238}},
        Case{"softmax(1000.0 * l, axis: -1)", {1, 0, 0, 1, 0, 0}},
        Case{"log_softmax(l)", {-0.5045969023, -3.504596902, -1.004596902, -0.7781173641, -0.8781173641, -2.078117364}},
        Case{"log_softmax(1000.0 * l)", {0, -3000, -500, 0, -100, -1300}},
        Case{"softmin(l)", {0.04398648029, 0.883492074, 0.07252144568, 0.1731761388, 0.1913892323, 0.6354346289}},
        Case{"cross_entropy(l, label)", {0.8913571332}},
        Case{"cross_entropy(l, label, label_smoothing: 0.1)", {0.9480237999}},
        Case{"cross_entropy(1000.0 * l, label)", {250}}, Case{"nll(log_softmax(l), label)", {0.8913571332}},
        Case{"mse(l, t)", {1.205}}, Case{"mae(l, t)", {0.85}}, Case{"huber(l, t)", {0.4983333333}},
        Case{"binary_cross_entropy_with_logits(l, t)", {0.5300037474}},
        Case{"kl_div(log_softmax(l), q)", {1.321705934}},
        Case{"hinge(stack([0.3, 0.2, 2.0]), stack([1.0, -1.0, 1.0]))", {0.6333333333}}));

INSTANTIATE_TEST_SUITE_P(
    ShapesAndCreation, Numbers,
    ::testing::Values(
        Case{"transpose(a)", {0, 3, 1, 4, 2, 5}}, Case{"transpose(a, 0, 1)", {0, 3, 1, 4, 2, 5}},
        Case{"permute(a, [1, 0])", {0, 3, 1, 4, 2, 5}},
        Case{"transpose(reshape(arange(8), [2, 2, 2]), [2, 0, 1])", {0, 2, 4, 6, 1, 3, 5, 7}},
        Case{"float(len(shape(reshape(a, [3, -1]))))", {2}}, Case{"shape(reshape(a, [3, -1]))[1]", {2}},
        Case{"flip(a, axis: 1)", {2, 1, 0, 5, 4, 3}}, Case{"flip(a, axis: [0, 1])", {5, 4, 3, 2, 1, 0}},
        Case{"concat([a, a], axis: 1)", {0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}},
        Case{"stack([1.0, x[1]], axis: 0)", {1, -0.5}}, Case{"split(a, 1, axis: 1)[2]", {2, 5}},
        Case{"split(a, [1, 2], axis: -1).1", {1, 2, 4, 5}}, Case{"split(a, 2, axis: 1)[1]", {2, 5}},
        Case{"split(a, 5, axis: 1)[0]", {0, 1, 2, 3, 4, 5}}, Case{"pad(stack([1, 2]), [1, 2])", {0, 1, 2, 0, 0}},
        Case{"pad(stack([1.0, 2.0]), [1, 1], value: -1.0)", {-1, 1, 2, -1}},
        Case{"pad(a, [0, 1, 1, 0])", {0, 0, 0, 0, 0, 1, 2, 0, 3, 4, 5, 0}},
        Case{"squeeze(unsqueeze(x, axis: 1), axis: -1)", {-2, -0.5, 0, 0.5, 2}},
        Case{"take(a, stack([1, 1, 0]))", {3, 4, 5, 3, 4, 5, 0, 1, 2}},
        Case{"scatter_add(zeros([3]), stack([2, 0, 2]), stack([1.0, 2.0, 3.0]))", {2, 0, 4}},
        Case{"broadcast_to(x[0], [2])", {-2, -2}}, Case{"zeros([2])", {0, 0}}, Case{"ones([2])", {1, 1}},
        Case{"full([2], 7)", {7, 7}}, Case{"ones_like(a)", {1, 1, 1, 1, 1, 1}}, Case{"arange(3)", {0, 1, 2}},
        Case{"arange(2, 5)", {2, 3, 4}}, Case{"arange(5, 0, -2)", {5, 3, 1}},
        Case{"linspace(-1.0, 1.0, 5)", {-1, -0.5, 0, 0.5, 1}}, Case{"eye(2)", {1, 0, 0, 1}},
        Case{"eye(2, 3)", {1, 0, 0, 0, 1, 0}}, Case{"eye(3, 2)", {1, 0, 0, 1, 0, 0}}, Case{"zeros_like(label)", {0, 0}},
        Case{"ones_like(arange(2) > 0)", {1, 1}}, Case{"full_like(label, 7)", {7, 7}},
        Case{"pad(arange(2), [1, 1], value: 9)", {9, 0, 1, 9}},
        Case{"pad(arange(2) > 0, [1, 0], value: true)", {1, 0, 1}}, Case{"one_hot(label, 3)", {0, 0, 1, 1, 0, 0}},
        Case{"tril(a)", {0, 0, 0, 3, 4, 0}}, Case{"triu(a, diagonal: 1)", {0, 1, 2, 0, 0, 5}},
        Case{"where(a > 2.0, a, -1.0)", {-1, -1, -1, 3, 4, 5}}));

INSTANTIATE_TEST_SUITE_P(
    Indexing, Numbers,
    ::testing::Values(Case{"gather(l, stack([stack([2, 0, 0]), stack([1, 1, 2])]), axis: 1)",
                           {0.5, 1, 1, 0.2, 0.2, -1}},
                      Case{"gather(l, 1, unsqueeze(label, axis: 1))", {0.5, 0.3}},
                      Case{"gather(a, stack([stack([1, 0, 1])]), axis: 0)", {3, 1, 5}},
                      Case{"gather(label, stack([1, 1, 0]), axis: 0)", {0, 0, 2}},
                      Case{"gather(x, stack([-7, 9]), axis: -1)", {-2, 2}},
                      Case{"scatter_add(zeros([2, 3]), stack([stack([2, 2]), stack([0, 1])]), a[:, :2], axis: 1)",
                           {0, 0, 1, 3, 4, 0}},
                      Case{"scatter_add(a, 0, stack([stack([1, 1, 0])]), ones([1, 3]))", {0, 1, 3, 4, 5, 5}},
                      Case{"scatter_add(x, stack([-1, 5, 2]), stack([1.0, 1.0, 1.0]), axis: 0)", {-2, -0.5, 1, 0.5, 2}},
                      Case{"slice(a, [label[1], label[0]], [1, 2])", {1, 2}},
                      Case{"slice(a, [1, label[1]], [1, 2])", {3, 4}}, Case{"slice(a, stack([1, 0]), [1, 2])", {3, 4}},
                      Case{"slice(x, label[0], 2)", {0, 0.5}}, Case{"slice(x, label[0] + 3, 3)", {0, 0.5, 2}},
                      Case{"slice(x, [1], [2])", {-0.5, 0}}, Case{"slice(a, [label[1] - 4, 0], [1, 3])", {0, 1, 2}},
                      Case{"a[label[1] - 1]", {3, 4, 5}}, Case{"a[:, label[0]]", {2, 5}},
                      Case{"a[1, label[0] - 3]", {5}}, Case{"reshape(a, [1, 2, 3])[0, :, label[0]]", {2, 5}},
                      Case{"cumsum(a, 1)", {0, 1, 3, 3, 7, 12}}, Case{"cumsum(a, axis: 0)", {0, 1, 2, 3, 5, 7}},
                      Case{"cumsum(arange(4), -1)", {0, 1, 3, 6}}, Case{"sort(l).0", {-2, 0.5, 1, -1, 0.2, 0.3}},
                      Case{"sort(l).1", {1, 2, 0, 2, 1, 0}},
                      Case{"sort(l, axis: 0, descending: true).0", {1, 0.2, 0.5, 0.3, -2, -1}},
                      Case{"argsort(stack([1, 0, 1, 0]))", {1, 3, 0, 2}},
                      Case{"argsort(stack([1, 0, 1, 0]), descending: true)", {0, 2, 1, 3}},
                      Case{"argsort(stack([nan, 1.0, inf]))", {1, 2, 0}},
                      Case{"argsort(stack([1.0, nan, inf]), descending: true)", {1, 2, 0}},
                      Case{"topk(l, 2).0", {1, 0.5, 0.3, 0.2}}, Case{"topk(l, 2).1", {0, 2, 0, 1}},
                      Case{"topk(x, 2, largest: false).0", {-2, -0.5}}, Case{"topk(a, 1, axis: 0).1", {1, 1, 1}}));

INSTANTIATE_TEST_SUITE_P(
    Contractions, Numbers,
    ::testing::Values(
        Case{"einsum(\"ij,kj->ik\", a, a)", {5, 14, 14, 50}}, Case{"einsum(\"ij->ji\", a)", {0, 3, 1, 4, 2, 5}},
        Case{"einsum(\"ij->\", a)", {15}}, Case{"einsum(\"i,j->ji\", x[3:], x[:2])", {-1, -4, -0.25, -1}},
        Case{"einsum(\"ij,ij->i\", a, a)", {5, 50}}, Case{"einsum(\"ij,kl->k\", a, a)", {45, 180}},
        Case{"einsum(\"ij, jk, k -> i\", a, transpose(a), x[3:])", {30.5, 107}},
        Case{"einsum(\"bij,bjk->kbi\", reshape(a, [1, 2, 3]), reshape(a, [1, 3, 2]))", {10, 28, 13, 40}},
        Case{"rearrange(\"i j -> j i\", a)", {0, 3, 1, 4, 2, 5}},
        Case{"rearrange(\"(i k) j -> i (j k)\", a, k: 2)", {0, 3, 1, 4, 2, 5}},
        Case{"shape(rearrange(\"i j -> (i j)\", a))[0]", {6}}, Case{"einsum(\"ii->i\", a[:, :2])", {0, 4}},
        Case{"einsum(\"ii\", a[:, :2])", {4}}, Case{"einsum(\"bii->b\", reshape(arange(8), [2, 2, 2]))", {3, 11}},
        Case{"einsum(\"ji\", a)", {0, 3, 1, 4, 2, 5}}, Case{"einsum(\"ij,kj\", a, a)", {5, 14, 14, 50}},
        Case{"einsum(\"...j,kj->...k\", a, a)", {5, 14, 14, 50}},
        Case{"einsum(\"...ij,...jk->...ik\", reshape(a, [1, 2, 3]), reshape(a, [1, 3, 2]))", {10, 13, 28, 40}},
        Case{"einsum(\"...,...->...\", a, a[0])", {0, 1, 4, 0, 4, 10}}, Case{"einsum(\"...i->...\", a)", {3, 12}},
        Case{"einsum(\"i...->i\", a)", {3, 12}}, Case{"einsum(\"i,i->i\", x[3:], x[3:])", {0.25, 4}},
        Case{"einsum(\"i,i\", arange(3), arange(3))", {5}},
        Case{"rearrange(\"... j -> j ...\", a)", {0, 3, 1, 4, 2, 5}},
        Case{"shape(rearrange(\"i ... -> (i ...)\", a))[0]", {6}},
        Case{"shape(rearrange(\"i j -> i 1 j\", a))[1]", {1}},
        Case{"shape(rearrange(\"i 1 j -> (j i)\", unsqueeze(a, axis: 1)))[0]", {6}}));

INSTANTIATE_TEST_SUITE_P(Conversions, Numbers,
                         ::testing::Values(Case{"int(stack([1.7, -1.7]))", {1, -1}}, Case{"float(int(2.9))", {2}},
                                           Case{"float(7 / 2)", {3}},
                                           Case{"float(true) + float(a > 4.0)", {1, 1, 1, 1, 1, 2}},
                                           Case{"cast_like(3, x) / 2.0", {1.5}},
                                           Case{"float(max(2, 3)) + abs(-1.5) + sqrt(4.0)", {6.5}},
                                           Case{"isfinite(stack([inf, 1.0]))", {0, 1}}));

TEST(Builtins, KeepElementTypesOfGenericFunctions) {
  Compiled compiled("fn f(x: f64[N]) -> f64 = mean(x) + logsumexp(x) + softplus(x)[0] + clamp(x, min: 0.0)[0]\n");
  EXPECT_EQ(compiled.Errors(), "");
}

TEST(Builtins, CastDimensionsWithoutLosingDigits) {
  Compiled compiled("fn f(x: f32[N]) -> f32 = mean(x)\n");
  ASSERT_EQ(compiled.Errors(), "");
  EXPECT_THAT(compiled.Function("f"), HasSubstr("size {dim = N} : i64"));
  EXPECT_THAT(compiled.Function("f"), ::testing::Not(HasSubstr("i32")));
}

TEST(Builtins, DrawNormalNumbersThatLookNormal) {
  Compiled compiled("fn f() -> f32[10000] = randn([10000])\nfn g() -> f32[10000] = float(bernoulli(0.25, [10000]))\n");
  ASSERT_EQ(compiled.Errors(), "");
  ir::Tensor seed = ir::Tensor::Ints({}, {7}, ir::Element::kI64);
  double sum = 0, squares = 0, ones = 0;
  for (double z : compiled.Run("f", {seed})) sum += z, squares += z * z;
  for (double b : compiled.Run("g", {seed})) ones += b;
  EXPECT_NEAR(sum / 1e4, 0, 0.05);  // five standard errors
  EXPECT_NEAR(squares / 1e4, 1, 0.08);
  EXPECT_NEAR(ones / 1e4, 0.25, 0.022);
}

TEST(Builtins, DrawDifferentlyAtEachPlace) {
  Compiled compiled("fn f() -> f32[2] = stack([rand(), rand()])\n");
  std::vector<double> drawn = compiled.Run("f", {ir::Tensor::Ints({}, {7}, ir::Element::kI64)});
  EXPECT_NE(drawn[0], drawn[1]);
}

struct Wrong {
  std::string expression;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const Wrong& w) { return out << w.expression; }

class Mistakes : public ::testing::TestWithParam<Wrong> {};

TEST_P(Mistakes, AreReported) {
  Compiled compiled("fn f(x: f32[N, 3], i: i32[N]) = " + GetParam().expression + "\n");
  EXPECT_THAT(compiled.Errors(), HasSubstr(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    Builtins, Mistakes,
    ::testing::Values(
        Wrong{"sqrt(2)", "E0308 `sqrt` needs a float, not the int 2"}, Wrong{"sum(x, axis: 2)", "E0305"},
        Wrong{"sum(x, axis: [0, 0])", "E0305"},
        Wrong{"max(x, x, axis: 0)", "E0204 `max` of two tensors is elementwise"},
        Wrong{"any(x)", "E0302 `any` needs bools, got f32[N, 3]"}, Wrong{"reshape(x, [7])", "E0314"},
        Wrong{"reshape(x, [-1, -1])", "E0314 only one dimension can be -1"},
        Wrong{"reshape(x, [-1, 2])", "E0314 no whole number stands for the -1"},
        Wrong{"transpose(x, [0])", "E0305 1 axes for f32[N, 3]"},
        Wrong{"squeeze(x, axis: 1)", "E0305 axis 1 of f32[N, 3] has size 3, not 1"},
        Wrong{"split(x, 2)", "E0301 N does not split into parts of 2"}, Wrong{"split(x, -3, axis: 1)", "E0301"},
        Wrong{"split(x, [1, 1], axis: 1)", "E0301 parts of 2 in all"},
        Wrong{"stack([])", "E0302 `stack` needs at least one tensor"},
        Wrong{"pad(x, [1])", "E0305 1 sizes for f32[N, 3]"}, Wrong{"full([2], x)", "E0313 `full` needs one number"},
        Wrong{"arange(0, 4, 0)", "E0402"}, Wrong{"int(1e300)", "E0402 1e+300 has no exact int"},
        Wrong{"grad(x, wrt: x)", "E0313 a derivative is taken of a scalar"}, Wrong{"grad(sum(x), wrt: i)", "E0311"},
        Wrong{"grad(sum(i), wrt: x)", "E0311 i32 has no derivative"}, Wrong{"grad(sum(ones([3])), wrt: x)", "E0312"},
        Wrong{"grad(sum(stop_gradient(x)), wrt: x)", "E0312"},
        Wrong{"grad(sum(x), wrt: \"x\")", "E0302 `wrt` needs a tensor"}, Wrong{"sum(x, dim: 0)", "E0204"},
        Wrong{"sum()", "E0205"}, Wrong{"einsum(\"i.j->i\", x)", "E0315 `...` stands at most once"},
        Wrong{"einsum(\"ij->k\", x)", "E0315 no operand has the axis `k`"},
        Wrong{"einsum(\"ij->ii\", x)", "E0315 `i` stands twice"},
        Wrong{"einsum(\"ii->i\", x)", "E0301 the axis `i` is 3 here and N before"},
        Wrong{"einsum(\"ijk...->i\", x)", "E0304"}, Wrong{"einsum(\"i1->i\", x)", "E0315 `1` is not a letter"},
        Wrong{"einsum(\"ij,j->i\", x)", "E0315 the pattern is for 2 operands"}, Wrong{"einsum(\"ijk->i\", x)", "E0304"},
        Wrong{"einsum(\"ij,ji->i\", x, x)", "E0301 the axis `j` is N here and 3 before"},
        Wrong{"einsum(\"ij,i->j\", x, i)", "E0303"}, Wrong{"rearrange(\"i j\", x)", "E0315 the pattern has no `->`"},
        Wrong{"rearrange(\"i -> i\", x)", "E0304"},
        Wrong{"rearrange(\"i (j k) -> i j k\", x, j: 2)", "E0314 an axis of 3 does not have parts of 2"},
        Wrong{"rearrange(\"i (j k) -> i j k\", x)", "E0315 neither `j` nor `k` has a size"},
        Wrong{"rearrange(\"i j -> i\", x)", "E0315 `j` stands on the left alone"},
        Wrong{"rearrange(\"i j -> i j k\", x)", "E0315 `k` stands on the right alone"},
        Wrong{"rearrange(\"i (j -> i j\", x)", "E0315 a `(` is never closed"}, Wrong{"exp(x, x)", "E0206"},
        Wrong{"rearrange(\"(i ...) j -> i j\", x)", "E0315 `...` stands for whole axes on the left"},
        Wrong{"rearrange(\"i j -> ... i j\", x)", "E0315 `...` stands on the right alone"},
        Wrong{"rearrange(\"i j -> j i\", x, k: 2)", "E0315 `k` has a size but is no axis on the left"},
        Wrong{"rearrange(\"i 1 -> i\", x)", "E0314"}));

INSTANTIATE_TEST_SUITE_P(
    Indexing, Mistakes,
    ::testing::Values(Wrong{"gather(x, i, axis: 1)",
                            "E0304 `gather` along an axis of f32[N, 3] needs ids of as many axes, not i32[N]"},
                      Wrong{"gather(x, x, axis: 1)", "E0302 `gather` needs integer ids, not f32[N, 3]"},
                      Wrong{"gather(x, zeros_like(int(x)), axis: 2)", "E0305"},
                      Wrong{"gather(x, unsqueeze(i, axis: 0), axis: 1)", "E0301"},
                      Wrong{"gather(x, stack([i, i, i, i], axis: 1), axis: 0)", "E0301 `gather` along axis 0"},
                      Wrong{"scatter_add(x, int(x), x[:, :1], axis: 1)",
                            "E0301 `scatter_add` into f32[N, 3] needs a value for each id"},
                      Wrong{"slice(x, [0], [1, 1])",
                            "E0304 `slice` of f32[N, 3] needs 2 starts and sizes, not 1 and 2"},
                      Wrong{"slice(x, [0, i[0]], [1, 4])", "E0306 a slice of 4 from 0 on is outside a dimension of 3"},
                      Wrong{"slice(x, [0, 2], [1, 2])", "E0306"}, Wrong{"slice(x, [-1, 0], [1, 2])", "E0306"},
                      Wrong{"slice(x, [0, x[0, 0]], [1, 1])", "E0302 a start is an int or an integer scalar, not f32"},
                      Wrong{"slice(x, [0, 0], [1, i[0]])", "E0401"}, Wrong{"cumsum(x, 2)", "E0305"},
                      Wrong{"cumsum(x > 0.0, 1)", "E0302"}, Wrong{"sort(x, axis: 2)", "E0305"},
                      Wrong{"sort(x[0, 0])", "E0305"}, Wrong{"topk(x, 4)", "E0306 the first 4 of an axis of 3"},
                      Wrong{"topk(x, -1)", "E0306"}, Wrong{"topk(x, i[0])", "E0401"},
                      Wrong{"take(x, x)", "E0302 `take` needs integer ids"}, Wrong{"clamp(x, min: 0)", "E0308"},
                      Wrong{"full_like(x, i)", "E0313"}, Wrong{"pad(i, [1, 1], value: 0.5)", "E0302"}));

}  // namespace
}  // namespace nnc::testing
