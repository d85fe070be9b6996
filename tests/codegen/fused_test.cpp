// Kernels of several ops, as generated code, against the reference evaluator.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

TEST(Fused, ReductionsOverOuterAndInnerAxesTogether) {
  ExpectSame(R"(func @f(%x: f32[4, 6, 5, 7]) -> (f32[6], f32[4, 5], f32) {
    %a = reduce_sum %x {axes = [0, 2, 3], keepdims = false} : f32[6]
    %b = reduce_max %x {axes = [1, 3], keepdims = false} : f32[4, 5]
    %c = reduce_sum %x {axes = [0, 1, 2, 3], keepdims = false} : f32
    return a = %a, b = %b, c = %c
  })",
             {}, 1e-5);
}

TEST(Fused, BatchNorm) {
  ExpectSame(R"(func @f(%x: f32[4, 6, 5, 7]) -> (f32[4, 6, 5, 7]) {
    %n = constant {element = f32, shape = [], value = 0.01} : f32
    %s = reduce_sum %x {axes = [0, 2, 3], keepdims = true} : f32[1, 6, 1, 1]
    %m = mul %s, %n : f32[1, 6, 1, 1]
    %c = sub %x, %m : f32[4, 6, 5, 7]
    %q = mul %c, %c : f32[4, 6, 5, 7]
    %v = reduce_sum %q {axes = [0, 2, 3], keepdims = true} : f32[1, 6, 1, 1]
    %y = mul %c, %v : f32[4, 6, 5, 7]
    return y = %y
  })",
             {}, 1e-5);
}

TEST(Fused, MovementsOfComputedValues) {
  ExpectSame(R"(func @f(%x: f32[4, 20], %y: f32[4, 3]) -> (f32[4, 25], f32[23, 4], f32[4, 20]) {
    %e = exp %x : f32[4, 20]
    %p = pad %e {axis = 1, high = 3, low = 2} : f32[4, 25]
    %c = concat %y, %e {axis = 1} : f32[4, 23]
    %t = transpose %c {axes = [1, 0]} : f32[23, 4]
    %r = reverse %e {axis = 1} : f32[4, 20]
    %s = add %r, %e : f32[4, 20]
    return p = %p, t = %t, s = %s
  })");
}

// Values of which other kernels need more than the kernel that reads them first.
TEST(Fused, PartsOfStoredValues) {
  ExpectSame(R"(func @f(%x: f32[9, 8], %y: f32[9, 8]) -> (f32[9, 8], f32[8], f32[18, 8], f32[4, 8]) {
    %a = exp %x : f32[9, 8]
    %s = slice %a {axis = 0, limit = 1, start = 0} : f32[1, 8]
    %r = reshape %s {shape = [8]} : f32[8]
    %n = neg %r : f32[8]
    %c = concat %a, %y {axis = 0} : f32[18, 8]
    %h = slice %a {axis = 0, limit = 4, start = 0} : f32[4, 8]
    %k = neg %h : f32[4, 8]
    return a = %a, n = %n, c = %c, k = %k
  })");
}

TEST(Fused, AValueThatIsTableAndIds) {
  ExpectSame(R"(func @f(%x: i32[8, 2]) -> (i32[8]) {
    %a = argmax %x {axis = 1, keepdims = false} : i32[8]
    %t = take %a, %a : i32[8]
    return t = %t
  })");
}

TEST(Fused, RowsTakenFromATableAndAddedBack) {
  ExpectSame(R"(func @f(%table: f32[3, 20], %ids: i32[7], %w: f32[20]) -> (f32[7, 20], f32[3, 20]) {
    %r = take %table, %ids : f32[7, 20]
    %y = mul %r, %w : f32[7, 20]
    %zero = constant {element = f32, shape = [3, 20], value = 0.0} : f32[3, 20]
    %g = scatter_add %zero, %ids, %y : f32[3, 20]
    %n = sub %table, %g : f32[3, 20]
    return y = %y, table = %n
  })");
}

TEST(Fused, RandomNumbersAreThoseOfTheEvaluator) {
  ExpectSame(R"(func @f(%key: i64, %x: f32[5, 33]) -> (f32[5, 33], f64[40]) {
    %k = fold_in %key, %key : i64
    %u = uniform %k {element = f32, shape = [5, 33]} : f32[5, 33]
    %y = mul %u, %x : f32[5, 33]
    %v = uniform %key {element = f64, shape = [40]} : f64[40]
    return y = %y, v = %v
  })");
}

TEST(Fused, ProductsWithEpilogues) {
  for (const char* columns : {"1", "2", "3", "16", "37", "100"}) {
    ExpectSame(
        Replace(R"(func @f(%x: f32[9, 5], %w: f32[$C, 5], %b: f32[$C], %r: f32[9, 1]) -> (f32[9, $C], f32[9, $C]) {
      %p = matmul %x, %w {transpose_a = false, transpose_b = true} : f32[9, $C]
      %a = add %p, %b : f32[9, $C]
      %c = mul %a, %r : f32[9, $C]
      %y = tanh %c : f32[9, $C]
      return a = %a, y = %y
    })",
                "$C", columns),
        {}, 1e-5);
  }
}

// Vectors of a product by rows go on from one row into the next.
TEST(Fused, ProductsOfFewColumnsWithWhatDependsOnTheColumn) {
  for (const char* columns : {"2", "3", "7", "11"}) {
    ExpectSame(Replace(R"(func @f(%x: f32[20, 70], %w: f32[20, $C], %b: f32[$C]) -> (f32[70, $C]) {
      %p = matmul %x, %w {transpose_a = true, transpose_b = false} : f32[70, $C]
      %c = broadcast %b {shape = [70, $C]} : f32[70, $C]
      %y = add %p, %c : f32[70, $C]
      return y = %y
    })",
                       "$C", columns),
               {}, 1e-5);
  }
}

TEST(Fused, BatchedProductWithAnEpilogue) {
  ExpectSame(R"(func @f(%x: f32[2, 3, 9, 5], %w: f32[2, 3, 5, 18], %b: f32[2, 1, 1, 18]) -> (f32[2, 3, 9, 18]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[2, 3, 9, 18]
    %a = add %p, %b : f32[2, 3, 9, 18]
    return a = %a
  })",
             {}, 1e-5);
}

TEST(Fused, UpdatesParametersInPlace) {
  ExpectSame(
      R"(func @f(%w: f32[6, 40], %m: f32[6, 40], %d: f32[8, 6], %x: f32[8, 40]) -> (f32[6, 40], f32[6, 40], f32[8, 40]) {
    %half = constant {element = f32, shape = [], value = 0.5} : f32
    %g = matmul %d, %x {transpose_a = true, transpose_b = false} : f32[6, 40]
    %m1 = mul %half, %m : f32[6, 40]
    %m2 = add %m1, %g : f32[6, 40]
    %w2 = sub %w, %m2 : f32[6, 40]
    %back = matmul %d, %w {transpose_a = false, transpose_b = false} : f32[8, 40]
    return w = %w2, m = %m2, back = %back
  })",
      {}, 1e-5);
}

TEST(Fused, SwappedAndTransposedArguments) {
  ExpectSame("func @f(%a: f32[3], %b: f32[3]) -> (f32[3], f32[3]) {\n return a = %b, b = %a\n}");
  ExpectSame(R"(func @f(%w: f32[20, 20]) -> (f32[20, 20]) {
    %t = transpose %w {axes = [1, 0]} : f32[20, 20]
    return w = %t
  })");
}

TEST(Fused, BoolsAndSmallIntegersKeepTheirWidthInMemory) {
  ExpectSame(R"(func @f(%a: bool[50], %b: u8[50]) -> (bool[50], u8[50], bf16[50]) {
    %n = not %a : bool[50]
    %c = add %b, %b : u8[50]
    %h = cast %b {element = bf16} : bf16[50]
    return n = %n, c = %c, h = %h
  })");
}

// 1 + 2^-8 rounds to 1 in bf16, also where the sum is never stored.
TEST(Fused, BF16IsRoundedInRegistersToo) {
  const ir::Function function =
      ParseFunction(R"(func @f(%x: f32[40], %h: bf16[40, 3], %w: bf16[3, 2]) -> (f32[40], f32, f32[40, 2]) {
    %b = cast %x {element = bf16} : bf16[40]
    %c = cast %b {element = f32} : f32[40]
    %d = sub %x, %c : f32[40]
    %s = reduce_sum %h {axes = [0, 1], keepdims = false} : bf16
    %t = cast %s {element = f32} : f32
    %p = matmul %h, %w {transpose_a = false, transpose_b = false} : bf16[40, 2]
    %q = cast %p {element = f32} : f32[40, 2]
    return d = %d, t = %t, q = %q
  })");
  std::vector<ir::Tensor> arguments = {
      ir::Tensor::Floats({40}, std::vector<double>(40, 1 + 0x1p-8)),
      ir::Tensor::Floats({40, 3}, std::vector<double>(120, 1.0078125), ir::Element::kBF16),
      ir::Tensor::Floats({3, 2}, std::vector<double>(6, 1), ir::Element::kBF16)};
  const std::vector<ir::Tensor> expected = ir::Evaluate(function, arguments);
  const std::vector<ir::Tensor> actual = RunCompiled(function, arguments);
  EXPECT_EQ(expected[0].floats(), std::vector<double>(40, 0x1p-8));
  EXPECT_EQ(expected[1].floats(), std::vector<double>(1, 121));  // 120.9375
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(actual[i].floats(), expected[i].floats());
}

TEST(Fused, ChainsOfShiftedSumsStayLinearInSize) {
  std::string text = "func @f(%x0: f32[300]) -> (f32[300]) {\n";
  for (int i = 0; i < 8; ++i) {
    const std::string shift = std::to_string(1 << i), rest = std::to_string(300 - (1 << i));
    const std::string n = std::to_string(i);
    text += " %s" + n + " = slice %x" + n + " {axis = 0, limit = " + rest + ", start = 0} : f32[" + rest + "]\n";
    text += " %p" + n + " = pad %s" + n + " {axis = 0, high = 0, low = " + shift + "} : f32[300]\n";
    text += " %x" + std::to_string(i + 1) + " = add %x" + n + ", %p" + n + " : f32[300]\n";
  }
  ExpectSame(text + " return y = %x8\n}", {}, 1e-5);
}

// Draws that are parts of a concat: a row of generated data.
TEST(Segments, OfDrawsFromAGuardedKey) {
  ExpectSame(R"(func @f(%i: i32, %seed: i64) -> (f32[2]) {
    %row = cast %i {element = i64} : i64
    %key = fold_in %seed, %row : i64
    %draw = uniform %key {element = f32, shape = []} : f32
    %half = constant {element = f32, shape = [], value = 0.5} : f32
    %other = mul %draw, %half : f32
    %a = reshape %draw {shape = [1]} : f32[1]
    %b = reshape %other {shape = [1]} : f32[1]
    %x = concat %a, %b {axis = 0} : f32[2]
    return x = %x
  })");
}

TEST(Lines, OfWhatOtherKernelsMake) {
  ExpectSame(R"(func @f(%x: f32[20, 30], %s: f32[20, 30]) -> (f32[20, 30], i32[20, 30], f32[20, 30], f32[600]) {
    %e = exp %x : f32[20, 30]
    %c = cumsum %e {axis = 1} : f32[20, 30]
    %d = div %c, %e : f32[20, 30]
    %o = argsort %d {axis = 0, descending = true} : i32[20, 30]
    %t = cumsum %s {axis = 0} : f32[20, 30]
    %r = reshape %s {shape = [600]} : f32[600]
    %v = cumsum %r {axis = 0} : f32[600]
    return d = %d, o = %o, s = %t, v = %v
  })",
             {}, 1e-5);
}

TEST(Lines, GiveTheSameOnAnyNumberOfThreads) {
  const ir::Function function =
      ParseFunction(R"(func @f(%x: f32[70, 900]) -> (f32[70, 900], i32[70, 900], i32[70, 900]) {
    %c = cumsum %x {axis = 0} : f32[70, 900]
    %o = argsort %x {axis = 1, descending = false} : i32[70, 900]
    %p = argsort %x {axis = 0, descending = true} : i32[70, 900]
    return c = %c, o = %o, p = %p
  })");
  const std::vector<ir::Tensor> arguments = SomeArguments(function);
  ExpectSameAsEvaluator(function, arguments, {}, 1e-5);
  Options options;
  options.threads = 3;
  const std::vector<ir::Tensor> one = RunCompiled(function, arguments),
                                many = RunCompiled(function, arguments, options);
  EXPECT_EQ(one[0].floats(), many[0].floats());
  EXPECT_EQ(one[1].ints(), many[1].ints());
  EXPECT_EQ(one[2].ints(), many[2].ints());
}

// Every thread count gives the same bits.
TEST(Threads, DoNotChangeResults) {
  const ir::Function function = ParseFunction(R"(func @f(%x: f32[500, 1111], %w: f32[300, 1111], %b: f32[1111])
      -> (f32[500, 300], f32[500, 1111], f32[1111], f32) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = true} : f32[500, 300]
    %m = reduce_max %x {axes = [1], keepdims = true} : f32[500, 1]
    %s = sub %x, %m : f32[500, 1111]
    %e = exp %s : f32[500, 1111]
    %t = reduce_sum %e {axes = [1], keepdims = true} : f32[500, 1]
    %y = div %e, %t : f32[500, 1111]
    %c = reduce_sum %y {axes = [0], keepdims = false} : f32[1111]
    %n = add %b, %c : f32[1111]
    %l = reduce_sum %n {axes = [0], keepdims = false} : f32
    return p = %p, y = %y, b = %n, l = %l
  })");
  const std::vector<ir::Tensor> arguments = SomeArguments(function);
  Options options;
  const std::vector<ir::Tensor> one = RunCompiled(function, arguments, options);
  for (int threads : {2, 3}) {
    options.threads = threads;
    const std::vector<ir::Tensor> many = RunCompiled(function, arguments, options);
    for (size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].floats(), many[i].floats()) << threads << " threads, result " << i;
    }
  }
}

// Ties of zeros go to operand 1, which shows in the sign of the quotient; NaN wins.
TEST(Extremes, WithANumberAreWhatTheEvaluatorGives) {
  for (const char* op : {"max", "min"}) {
    for (const char* number : {"0.0", "-0.0", "1.0"}) {
      const std::string text = R"(func @f(%x: f32[21]) -> (f32[21]) {
        %number = constant {element = f32, shape = [], value = $V} : f32
        %one = constant {element = f32, shape = [], value = 1.0} : f32
        %m = $O %x, %number : f32[21]
        %y = div %one, %m : f32[21]
        return y = %y
      })";
      const ir::Function function = ParseFunction(Replace(Replace(text, "$V", number), "$O", op));
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      std::vector<double> x(21, 0.0);
      for (size_t i = 0; i < x.size(); i += 7) {
        const double values[] = {-0.0, 0.0, std::nan(""), kInfinity, -kInfinity, -1.0, 2.0};
        std::ranges::copy(values, x.begin() + static_cast<int64_t>(i));
      }
      ExpectSameAsEvaluator(function, {ir::Tensor::Floats({21}, x)});
    }
  }
}

// Instruction sets of this architecture, narrow and wide, that any machine with the host's has; the host's own first.
std::vector<std::string> InstructionSets() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") ? std::vector<std::string>{"", "x86-64", "haswell"}
                                        : std::vector<std::string>{"", "x86-64"};
#else
  return {""};
#endif
}

// Every second, third, fourth and fifth element, in whole vectors and in what is left of them.
TEST(Strides, LoadAndStoreColumns) {
  for (const char* element : {"f32", "f64", "u8"}) {
    for (const char* rows : {"3", "37"}) {
      for (const char* columns : {"2", "3", "4", "5"}) {
        const std::string text = R"(func @f(%x: $E[$N, $C], %y: $E[$N, 2]) -> ($E[$N], $E[$N, $C]) {
          %first = slice %x {axis = 1, limit = 1, start = 0} : $E[$N, 1]
          %last = slice %y {axis = 1, limit = 2, start = 1} : $E[$N, 1]
          %m = max %first, %last : $E[$N, 1]
          %r = reshape %m {shape = [$N]} : $E[$N]
          %s = cumsum %r {axis = 0} : $E[$N]
          %k = reduce_max %x {axes = [1], keepdims = true} : $E[$N, 1]
          %z = max %x, %k : $E[$N, $C]
          return s = %s, z = %z
        })";
        const std::string sized = Replace(Replace(Replace(text, "$N", rows), "$C", columns), "$E", element);
        for (const std::string& cpu : InstructionSets()) ExpectSame(sized, {.target_cpu = cpu});
      }
    }
  }
}

// The lanes of the sum that are no elements lie in the memory of the next result.
TEST(Fused, ProductsOfOneElementWriteNoMore) {
  const ir::Function f = ParseFunction(R"(func @f(%x: f32[32, 1, 17]) -> (f32[32, 1, 1], f32[32, 1, 17]) {
    %n = neg %x : f32[32, 1, 17]
    %p = matmul %x, %x {transpose_a = false, transpose_b = true} : f32[32, 1, 1]
    return p = %p, n = %n
  })");
  ExpectSameAsEvaluator(f, SomeArguments(f), {}, 1e-5);
}

TEST(Fused, ATableThatIsTwoResultsIsBoth) {
  const ir::Function f = ParseFunction(R"(func @f(%b: f32[4, 3], %i: i32[2], %x: f32[2, 3]) -> (f32[4, 3], f32[4, 3]) {
    %s = scatter_add %b, %i, %x : f32[4, 3]
    return p = %s, q = %s
  })");
  ExpectSameAsEvaluator(f, SomeArguments(f));
}

// %m is made from %c beside what reads %m reversed, so that %c is read reversed, too, and may not be overwritten.
TEST(Fused, WhatIsMadeAgainAtAnotherPlaceIsReadThere) {
  const ir::Function f = ParseFunction(R"(func @f(%x: f32[8, 8]) -> (f32[8, 8], f32[1, 1], f32[8, 8], f32[8, 8]) {
    %c = normal_cdf %x : f32[8, 8]
    %m = max %c, %c : f32[8, 8]
    %r = reverse %m {axis = 0} : f32[8, 8]
    %s = reduce_sum %r {axes = [0, 1], keepdims = true} : f32[1, 1]
    %p = pad %x {axis = 0, high = 0, low = 0} : f32[8, 8]
    %l = cumsum %p {axis = 1} : f32[8, 8]
    %a = add %r, %p : f32[8, 8]
    %t = add %s, %c : f32[8, 8]
    %d = sub %m, %t : f32[8, 8]
    return l = %l, s = %s, a = %a, d = %d
  })");
  ExpectSameAsEvaluator(f, SomeArguments(f), {}, 1e-5);
}

}  // namespace
}  // namespace nnc::codegen
