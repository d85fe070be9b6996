#include <gmock/gmock.h>

#include "tests/frontend/parsing.h"

namespace nnc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Parsed;

// The printed tree of declarations, without its first line and indentation.
std::string TreeOf(const std::string& declarations) {
  Parsed parsed("nn 1\n" + declarations);
  EXPECT_THAT(parsed.Errors(), IsEmpty());
  std::string text = parsed.Printed(), tree;
  for (size_t at = text.find('\n') + 1; at < text.size();) {
    size_t end = text.find('\n', at) + 1;
    tree += text.substr(at + 2, end - at - 2);
    at = end;
  }
  return tree;
}

TEST(ParseDeclarations, Use) { EXPECT_EQ(TreeOf("use \"a b.nn\""), "use \"a b.nn\"\n"); }

TEST(ParseDeclarations, FunctionsOfOneExpressionReturnIt) {
  EXPECT_EQ(
      TreeOf("fn f(x: f32[..., 2*n], n: int = 3,) -> f32[] = x"),
      "fn f\n  parameter x\n    f32[]\n      ...\n      binary *\n        int 2\n        name n\n"
      "  parameter n\n    int\n    default\n      int 3\n  result\n    f32[]\n  body\n    return\n      name x\n");
}

TEST(ParseDeclarations, Types) {
  EXPECT_EQ(
      TreeOf("fn f(a: bool, b: bool[], c: [int], d: (real, (model, fn)), e: class(10)[4], g: class(_), h: (u8)) {}"),
      "fn f\n  parameter a\n    bool\n  parameter b\n    bool[]\n  parameter c\n    list of\n      int\n"
      "  parameter d\n    tuple of\n      real\n      tuple of\n        model\n        fn\n"
      "  parameter e\n    class[]\n      of\n        int 10\n      int 4\n"
      "  parameter g\n    class\n      of\n        name _\n  parameter h\n    u8\n");
}

TEST(ParseDeclarations, Statements) {
  EXPECT_EQ(
      TreeOf("fn f() {\n (a, (b, c)) = t; for i in 0..2 { x = i }\n if a { } else if b { return x } else { y = 1 }\n}"),
      "fn f\n  body\n    assign (a, (b, c))\n      name t\n    for i\n      range\n        int 0\n        int 2\n"
      "      do\n        assign x\n          name i\n    if\n      name a\n      else\n        if\n          name b\n"
      "          then\n            return\n              name x\n          else\n            assign y\n              "
      "int 1\n");
}

TEST(ParseDeclarations, Vjp) {
  EXPECT_EQ(TreeOf("vjp f(x, y; dz) = (dz, dz)"),
            "vjp f\n  argument x\n  argument y\n  adjoint dz\n  body\n    return\n      tuple\n        name dz\n       "
            " name dz\n");
}

TEST(ParseDeclarations, Models) {
  EXPECT_EQ(
      TreeOf("layer M(d: int) {\n param w: f32[d] = zeros\n buffer m: f32 = 0.0\n"
             " fc = Linear(d, d)\n param = 2\n fn g() = 1\n forward(x: f32) -> f32 = x\n}"),
      "model M\n  parameter d\n    int\n  param w\n    f32[]\n      name d\n    name zeros\n  buffer m\n    f32\n"
      "    float 0.0\n  member fc\n    call\n      name Linear\n      name d\n      name d\n"
      "  member param\n    int 2\n  fn g\n    body\n      return\n        int 1\n"
      "  fn forward\n    parameter x\n      f32\n    result\n      f32\n    body\n      return\n        name x\n");
}

TEST(ParseDeclarations, Optimizers) {
  EXPECT_EQ(
      TreeOf("optimizer o(lr: f32) {\n state v = zeros\n update(p, g, t) { return p }\n}"),
      "optimizer o\n  parameter lr\n    f32\n  state v\n    name zeros\n  argument p\n  argument g\n  argument t\n"
      "  update\n    return\n      name p\n");
}

TEST(ParseDeclarations, Data) {
  EXPECT_EQ(
      TreeOf("data d {\n seed = 1\n split = 2\n field x: f32 = npy(\"x\")\n"
             " generate i in 0..9 { a = i; field y: f32 = a }\n normalize x, y over [1] like e.x\n"
             " split train: 0.8,\n   test: 0.2\n}"),
      "data d\n  setting seed\n    int 1\n  setting split\n    int 2\n  field x\n    f32\n    call\n      name npy\n"
      "      string \"x\"\n  generate i\n    range\n      int 0\n      int 9\n    assign a\n      name i\n"
      "    field y\n      f32\n      name a\n  normalize\n    name x\n    name y\n    over\n      list\n        int 1\n"
      "    like\n      member .x\n        name e\n  split\n    part train\n      float 0.8\n    part test\n"
      "      float 0.2\n");
}

TEST(ParseDeclarations, Train) {
  EXPECT_EQ(
      TreeOf("train t {\n data = d.train\n metric = 1\n minimize l over a using o1,\n   over b using o2\n"
             " metric acc = l\n for i in n { x = i }\n}"),
      "train t\n  assign data\n    member .train\n      name d\n  assign metric\n    int 1\n  minimize\n    name l\n"
      "    over\n      name a\n    using\n      name o1\n    over\n      name b\n    using\n      name o2\n"
      "  metric acc\n    name l\n  for i\n    name n\n    do\n      assign x\n        name i\n");
}

TEST(ParseDeclarations, TheSpanIsThatOfTheHead) {
  Parsed parsed("nn 1\nlet x = 3\nmodel Net(a: int) {\n}\nuse \"f.nn\"\n");
  EXPECT_EQ(parsed.tree.decls[0].span, (Span{1, 2, 1, 5}));
  EXPECT_EQ(parsed.tree.decls[1].span, (Span{1, 3, 1, 9}));
  EXPECT_EQ(parsed.tree.decls[2].span, (Span{1, 5, 1, 10}));
}

TEST(ParseDeclarations, TheVersionComesFirst) {
  EXPECT_THAT(Parsed("").Errors(), ElementsAre(HasSubstr("E0108")));
  EXPECT_THAT(Parsed("# text\nlet a = 1\n").Errors(), ElementsAre(HasSubstr("2:1 E0108")));
  EXPECT_THAT(Parsed("nn 2\n").Errors(), ElementsAre(HasSubstr("1:4 E0108 this is version 2")));
  EXPECT_THAT(Parsed("nn\nlet a = 1\n").Errors(), ElementsAre(HasSubstr("expected the language version")));
  EXPECT_THAT(Parsed("\uFEFF\n# text\r\nnn 1\r\nlet a = 1\r\n").Errors(), IsEmpty());
}

}  // namespace
}  // namespace nnc
