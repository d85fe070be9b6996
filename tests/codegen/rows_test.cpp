// Kernels that reduce the rows of a matrix, as generated code, against the reference evaluator, at many lengths.
#include <gtest/gtest.h>

#include "tests/codegen/run_compiled.h"

namespace nnc::codegen {
namespace {

class RowTest : public testing::TestWithParam<int> {
 protected:
  // `text` with N replaced by the number of rows, C by their length.
  static void ExpectRows(const std::string& text) {
    for (const char* rows : {"1", "5", "33"}) {
      ExpectSame(Replace(Replace(text, "$N", rows), "$C", std::to_string(GetParam())), {}, 1e-5);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Lengths, RowTest, testing::Values(1, 2, 3, 7, 8, 15, 16, 17, 100, 1000));

TEST_P(RowTest, Softmax) {
  ExpectRows(R"(func @f(%x: f32[$N, $C]) -> (f32[$N, $C]) {
    %m = reduce_max %x {axes = [1], keepdims = true} : f32[$N, 1]
    %s = sub %x, %m : f32[$N, $C]
    %e = exp %s : f32[$N, $C]
    %t = reduce_sum %e {axes = [1], keepdims = true} : f32[$N, 1]
    %y = div %e, %t : f32[$N, $C]
    return y = %y
  })");
}

TEST_P(RowTest, SoftmaxOverTheFirstAxis) {
  ExpectRows(R"(func @f(%x: f32[$C, $N]) -> (f32[$C, $N]) {
    %m = reduce_max %x {axes = [0], keepdims = true} : f32[1, $N]
    %s = sub %x, %m : f32[$C, $N]
    %e = exp %s : f32[$C, $N]
    %t = reduce_sum %e {axes = [0], keepdims = true} : f32[1, $N]
    %y = div %e, %t : f32[$C, $N]
    return y = %y
  })");
}

TEST_P(RowTest, CrossEntropyWithItsGradient) {
  ExpectRows(R"(func @f(%x: f32[$N, $C], %label: i32[$N]) -> (f32, f32[$N, $C]) {
    %zero = constant {element = f32, shape = [], value = 0.0} : f32
    %m = reduce_max %x {axes = [1], keepdims = true} : f32[$N, 1]
    %s = sub %x, %m : f32[$N, $C]
    %e = exp %s : f32[$N, $C]
    %t = reduce_sum %e {axes = [1], keepdims = true} : f32[$N, 1]
    %l = log %t : f32[$N, 1]
    %p = sub %s, %l : f32[$N, $C]
    %i = iota {axis = 1, shape = [$N, $C]} : i32[$N, $C]
    %k = reshape %label {shape = [$N, 1]} : i32[$N, 1]
    %hit = eq %i, %k : bool[$N, $C]
    %picked = select %hit, %p, %zero : f32[$N, $C]
    %loss = reduce_sum %picked {axes = [0, 1], keepdims = false} : f32
    %one = cast %hit {element = f32} : f32[$N, $C]
    %q = div %e, %t : f32[$N, $C]
    %d = sub %q, %one : f32[$N, $C]
    return loss = %loss, d = %d
  })");
}

TEST_P(RowTest, LayerNorm) {
  ExpectRows(R"(func @f(%x: f32[$N, $C], %g: f32[$C]) -> (f32[$N, $C]) {
    %n = constant {element = f32, shape = [], value = 0.25} : f32
    %s = reduce_sum %x {axes = [1], keepdims = true} : f32[$N, 1]
    %m = mul %s, %n : f32[$N, 1]
    %c = sub %x, %m : f32[$N, $C]
    %q = mul %c, %c : f32[$N, $C]
    %v = reduce_sum %q {axes = [1], keepdims = true} : f32[$N, 1]
    %w = add %v, %n : f32[$N, 1]
    %r = rsqrt %w : f32[$N, 1]
    %z = mul %c, %r : f32[$N, $C]
    %y = mul %z, %g : f32[$N, $C]
    return y = %y
  })");
}

TEST_P(RowTest, ArgMaxOfRowsAndColumns) {
  ExpectRows(R"(func @f(%x: f32[$N, $C]) -> (i32[$N], i32[$C]) {
    %a = argmax %x {axis = 1, keepdims = false} : i32[$N]
    %b = argmax %x {axis = 0, keepdims = false} : i32[$C]
    return a = %a, b = %b
  })");
}

TEST_P(RowTest, SumsWithAnUpdate) {
  ExpectRows(R"(func @f(%d: f32[$N, $C], %b: f32[$C]) -> (f32[$C], f32[$N]) {
    %rate = constant {element = f32, shape = [], value = 0.1} : f32
    %q = mul %d, %d : f32[$N, $C]
    %g = reduce_sum %q {axes = [0], keepdims = false} : f32[$C]
    %h = reduce_sum %q {axes = [1], keepdims = false} : f32[$N]
    %t = mul %rate, %g : f32[$C]
    %n = sub %b, %t : f32[$C]
    return b = %n, h = %h
  })");
}

}  // namespace
}  // namespace nnc::codegen
