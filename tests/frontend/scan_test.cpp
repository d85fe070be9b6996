// scan: what its body becomes, what it computes, and what it refuses.
#include "ir/scan.h"

#include <set>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ir::Tensor Vector(std::vector<double> values) {
  auto count = static_cast<int64_t>(values.size());
  return ir::Tensor::Floats({count}, std::move(values));
}

constexpr const char* kSums =
    "fn f(x: f32[T], a: f32) {\n"
    "  w = a * 2.0\n"
    "  (last, all) = scan(fn (h, x) { h = h + w * x\n return (h, h) }, init: 0.0, over: x)\n"
    "  return (last, all)\n"
    "}";

TEST(Scan, BodyHoldsWhatDependsOnTheIteration) {
  EXPECT_EQ(FunctionF(kSums),
            R"(func @f(%x: f32[T], %a: f32) -> (f32, f32[T]) {
  %2 = constant {element = f32, shape = [], value = 2.0} : f32
  %w = mul %a, %2 : f32
  %4 = constant {element = f32, shape = [], value = 0.0} : f32
  %5 = scan %4, %x, %w {carries = 1, checkpoint = false, length = T, reverse = false, scanned = 1} func @body(%h: f32, %x: f32, %w: f32) -> (f32, f32) {
    %3 = mul %w, %x : f32
    %h.1 = add %h, %3 : f32
    return h = %h.1, y = %h.1
  } : (f32, f32[T])
  %last = part %5 {index = 0} : f32
  %all = part %5 {index = 1} : f32[T]
  return result.0 = %last, result.1 = %all
}
)");
}

TEST(Scan, RunsOnItsArguments) {
  Compiled compiled(kSums);
  ir::Function f = ir::Specialize(compiled.Ir("f"), {{"T", ir::Dim(3)}});
  std::vector<ir::Tensor> results = ir::Evaluate(f, {Vector({1, 2, 3}), ir::Tensor::Floats({}, {0.5})});
  EXPECT_THAT(Compiled::Elements(results[0]), ElementsAre(6));
  EXPECT_THAT(Compiled::Elements(results[1]), ElementsAre(1, 3, 6));
}

TEST(Scan, TuplesNestInInitOverAndOutput) {
  Compiled compiled(
      "fn f(x: f32[3], y: f32[3, 2]) {\n"
      "  (last, ys) = scan(fn ((a, (b, n)), (x, y)) {\n"
      "    return ((a + x, (b + y, n + 1)), (a, (b, x)))\n"
      "  }, init: (0.0, (zeros([2]), 0)), over: (x, y))\n"
      "  (a, (b, n)) = last\n"
      "  (u, (v, w)) = ys\n"
      "  return (a, b, n, u, v, w)\n"
      "}");
  ASSERT_EQ(compiled.Errors(), "");
  std::vector<ir::Tensor> results =
      ir::Evaluate(compiled.Ir("f"), {Vector({1, 2, 3}), ir::Tensor::Floats({3, 2}, {1, 2, 3, 4, 5, 6})});
  EXPECT_THAT(Compiled::Elements(results[0]), ElementsAre(6));
  EXPECT_THAT(Compiled::Elements(results[1]), ElementsAre(9, 12));
  EXPECT_THAT(Compiled::Elements(results[2]), ElementsAre(3));
  EXPECT_THAT(Compiled::Elements(results[3]), ElementsAre(0, 1, 3));
  EXPECT_THAT(Compiled::Elements(results[4]), ElementsAre(0, 0, 1, 2, 4, 6));
  EXPECT_THAT(Compiled::Elements(results[5]), ElementsAre(1, 2, 3));
}

TEST(Scan, CountsAndTakesNamedFunctionsAndLoopsInLoops) {
  Compiled compiled(
      "fn step(h: i32, i: i32) {\n"
      "  (n, ys) = scan(fn (n, j) { return (n + i * j, n) }, init: h, over: arange(3))\n"
      "  return (n, ys)\n"
      "}\n"
      "fn f() {\n"
      "  (n, ys) = scan(step, init: 100, over: arange(4))\n"
      "  return (n, ys)\n"
      "}");
  ASSERT_EQ(compiled.Errors(), "");
  std::vector<ir::Tensor> results = ir::Evaluate(compiled.Ir("f"), {});
  EXPECT_THAT(Compiled::Elements(results[0]), ElementsAre(118));
  EXPECT_THAT(Compiled::Elements(results[1]), ElementsAre(100, 100, 100, 100, 100, 101, 103, 103, 105, 109, 109, 112));
}

TEST(Scan, DrawsDifferInEachIteration) {
  Compiled compiled(
      "fn f() {\n (h, ys) = scan(fn (h, i) { return (h, rand()) }, init: 0.0, over: arange(4))\n return ys\n}");
  ASSERT_EQ(compiled.Errors(), "");
  std::vector<double> draws = compiled.Run("f", {ir::Tensor::Ints({}, {7}, ir::Element::kI64)});
  EXPECT_EQ(std::set<double>(draws.begin(), draws.end()).size(), 4u);
}

TEST(Scan, ADerivativeInsideHoldsTheWayFromWhatItIsTakenBy) {
  std::string text = FunctionF(
      "fn f(x: f32[3], a: f32) {\n"
      "  w = exp(a)\n"
      "  (h, ys) = scan(fn (h, x) { return (h + x, grad(w * x * h, wrt: a)) }, init: 1.0, over: x)\n"
      "  return ys\n"
      "}");
  EXPECT_THAT(text, HasSubstr("func @body(%h: f32, %x: f32, %a: f32)"));
  EXPECT_THAT(text, HasSubstr("    %w = exp %a : f32\n"));
  EXPECT_THAT(text, HasSubstr("= vjp"));
}

TEST(Scan, CapturesParameters) {
  std::string text = FunctionF(
      "let cell = Linear(2, 2)\n"
      "fn f(x: f32[T, N, 2]) -> f32[N, 2] {\n"
      "  (h, ys) = scan(fn (h, x) { h = tanh(cell(h) + x)\n return (h, h) }, init: zeros([N, 2]), over: x)\n"
      "  return h\n"
      "}");
  EXPECT_THAT(text, HasSubstr("%cell.weight"));
  EXPECT_THAT(text, HasSubstr("length = T"));
}

TEST(Scan, RefusesACarryThatChanges) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[T, 3]) {\n"
                     "  (h, ys) = scan(fn (h, x) { return (h + x, x) }, init: 0.0, over: x)\n"
                     "  return h\n}"),
            "2:18 E0302 the carry `h` is f32 before an iteration and f32[3] after it\n"
            "  2:57 the initial value is here\n"
            "  help: `init` must have the type that the function returns\n");
  EXPECT_THAT(ErrorsOf("fn f(x: f32[T]) {\n"
                       "  (h, ys) = scan(fn ((a, b), x) { return (a + x, x) }, init: (0.0, 1.0), over: x)\n"
                       "  return ys\n}"),
              HasSubstr("2:18 E0302 the carry is a tuple of 2 before an iteration and f32 after it\n"));
}

TEST(Scan, RefusesWhatItCannotStepAlong) {
  EXPECT_THAT(ErrorsOf("fn f(x: f32[T], y: f32[S]) {\n"
                       "  (h, ys) = scan(fn (h, (x, y)) { return (h, x + y) }, init: 0.0, over: (x, y))\n"
                       "  return ys\n}"),
              HasSubstr("E0301 `scan` over f32[T] and f32[S]: their first axes differ\n"
                        "  1:6 T is axis 0 of `x: f32[T]`\n"
                        "  1:17 S is axis 0 of `y: f32[S]`\n"));
  EXPECT_THAT(ErrorsOf("fn f(x: f32) {\n"
                       "  (h, ys) = scan(fn (h, x) { return (h, x) }, init: 0.0, over: x)\n"
                       "  return ys\n}"),
              HasSubstr("E0304 `scan` steps along the first axis, but f32 has none\n"));
}

TEST(Scan, RefusesOtherThanAPair) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[T]) {\n"
                     "  (h, ys) = scan(fn (h, x) { return h + x }, init: 0.0, over: x)\n"
                     "  return h\n}"),
            "2:18 E0302 the function of `scan` gives a carry and an output, not f32\n"
            "  help: end it with `return (h, y)`, or `return (h, h)` if all carries are wanted\n");
  EXPECT_THAT(ErrorsOf("fn f(x: f32[T]) {\n  (h, ys) = scan(3, init: 0.0, over: x)\n  return h\n}"),
              HasSubstr("2:18 E0302 `scan` needs a function, not the int 3\n"));
}

TEST(Scan, RefusesToSetABuffer) {
  EXPECT_THAT(ErrorsOf("model M() {\n"
                       "  buffer b: f32 = zeros\n"
                       "  forward(x: f32[T]) {\n"
                       "    (h, ys) = scan(fn (h, x) { b = x\n return (h + x, b) }, init: 0.0, over: x)\n"
                       "    return ys\n"
                       "  }\n"
                       "}\n"
                       "let m = M()\n"
                       "fn f(x: f32[T]) = m(x)"),
              HasSubstr("E0408 the buffer `m.b` cannot be set inside `scan`, whose state is its carry"));
}

}  // namespace
}  // namespace nnc::testing
