#include <gmock/gmock.h>

#include "tests/frontend/compiling.h"

namespace nnc::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Indexing, NumbersDropAxesAndSlicesKeepThem) {
  std::string text = FunctionF("fn f(x: f32[N, 4, 8, 3, 5]) = x[0, :, 2:5, ...]");
  EXPECT_EQ(text,
            "func @f(%x: f32[N, 4, 8, 3, 5]) -> (f32[4, 3, 3, 5]) {\n"
            "  %1 = slice %x {axis = 0, limit = 1, start = 0} : f32[1, 4, 8, 3, 5]\n"
            "  %2 = reshape %1 {shape = [4, 8, 3, 5]} : f32[4, 8, 3, 5]\n"
            "  %3 = slice %2 {axis = 1, limit = 5, start = 2} : f32[4, 3, 3, 5]\n"
            "  return result = %3\n}\n");
}

TEST(Indexing, NegativeNumbersCountFromTheEnd) {
  EXPECT_THAT(FunctionF("fn f(x: f32[N, 4]) = x[-1]"), HasSubstr("limit = N, start = N - 1"));
  EXPECT_THAT(FunctionF("fn f(x: f32[N, 4]) = x[:, 1:-1]"), HasSubstr("limit = 3, start = 1"));
}

TEST(Indexing, AxesAfterAnEllipsisAreTheLast) {
  EXPECT_THAT(FunctionF("fn f(x: f32[N, 4, 5]) = x[..., 2]"), AllOf(HasSubstr("axis = 2"), HasSubstr("f32[N, 4]")));
}

TEST(Indexing, AWholeSliceIsNoOp) { EXPECT_THAT(FunctionF("fn f(x: f32[N]) = x[:]"), HasSubstr("return result = %x")); }

TEST(Indexing, AnI32ScalarTakesARow) {
  EXPECT_THAT(FunctionF("fn f(x: f32[N, 4], i: i32) = x[i]"),
              AllOf(HasSubstr("lt %i"), HasSubstr("take %x"), HasSubstr(": f32[4]")));
  EXPECT_THAT(FunctionF("fn f(x: f32[N, 4], i: i32) = x[:, i]"),
              AllOf(HasSubstr("reshape %x {shape = [4*N]}"), HasSubstr(": f32[N]")));
}

TEST(Indexing, Errors) {
  EXPECT_EQ(ErrorsOf("fn f(x: f32[4]) = x[4]"), "1:21 E0306 4 is outside a dimension of 4\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[4]) = x[-5:]"), "1:21 E0306 -5 is outside a dimension of 4\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[N]) = x[N]"), "1:21 E0306 N is outside a dimension of N\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[4]) = x[0, 0]"), "1:19 E0306 2 indices for f32[4]\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[4]) = x[..., ...]"), "1:19 E0306 `...` stands once in an index\n");
  EXPECT_EQ(ErrorsOf("fn f(x: f32[4], i: i32[2]) = x[i]"),
            "1:32 E0306 an index is an int or an i32 scalar, not i32[2]\n"
            "  help: rows by a tensor of ids are `take(x, ids)`\n");
  EXPECT_EQ(ErrorsOf("let a = [1, 2][2]"), "1:16 E0306 2 is outside a dimension of 2\n");
  EXPECT_EQ(ErrorsOf("let a = [1, 2][0, 1]"), "1:9 E0306 a list takes one index or one slice\n");
  EXPECT_EQ(ErrorsOf("let a = 3[0]"), "1:9 E0302 the int 3 cannot be indexed\n");
}

}  // namespace
}  // namespace nnc::testing
