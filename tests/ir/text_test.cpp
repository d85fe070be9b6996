#include "ir/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ir/builder.h"
#include "ir/verify.h"
#include "tests/ir/op_samples.h"

namespace nnc::ir {
namespace {

using testing::HasSubstr;

// Reads `text` and expects no errors.
Module Read(const std::string& text, SourceManager& sources) {
  Diagnostics diagnostics;
  Module module = Parse(sources.Add("test.nnir", text), sources, diagnostics);
  for (const Diagnostic& d : diagnostics.all()) ADD_FAILURE() << Render(d, sources, false) << "in\n" << text;
  return module;
}

// Reads `text` and expects that it prints as it is.
void ExpectRoundTrip(const std::string& text) {
  SourceManager sources;
  Module module = Read(text, sources);
  EXPECT_EQ(Print(module, sources), text);
  Diagnostics diagnostics;
  EXPECT_TRUE(Verify(module, diagnostics));
}

TEST(Text, PrintsWhatItReads) {
  ExpectRoundTrip(
      R"(func @classify(%x: f32[N, 2], %net.fc1.weight: f32[100, 2]) -> (f32[N, 100], f32) loc("spiral.nn":16:1) {
  %h = matmul %x, %net.fc1.weight {transpose_a = false, transpose_b = true} : f32[N, 100] loc("spiral.nn":17:40)
  %3 = constant {element = f32, shape = [], value = 1.0} : f32
  %d.h = mul %3, %h : f32[N, 100] from(%h, vjp matmul) loc("spiral.nn":17:40)
  %s = reduce_sum %d.h {axes = [0, 1], keepdims = false} : f32
  return result = %d.h, net.loss = %s
}

func @empty() -> () {
  return
}

func @same(%x: bool[2*N*T + 1, floordiv(N, 2)] loc("a b.nn":1:2)) -> (bool[2*N*T + 1, floordiv(N, 2)]) {
  return x = %x
}
)");
}

TEST(Text, LengthsOfSpansAreWrittenOnRequestAndReadBack) {
  const std::string text = R"(func @f(%x: f32 loc("a.nn":1:2+3)) -> (f32) {
  %y = neg %x : f32 loc("a.nn":2:5+40)
  return r = %y
}
)";
  SourceManager sources;
  const Module module = Read(text, sources);
  EXPECT_EQ(module.functions[0].nodes()[1].span.length, 40u);
  EXPECT_EQ(Print(module, sources, {.lengths = true}), text);
  EXPECT_THAT(Print(module, sources), HasSubstr(R"(loc("a.nn":2:5))"));
}

TEST(Text, AnOriginMayComeLater) {
  ExpectRoundTrip(R"(func @f(%x: f32) -> (f32) {
  %a = neg %x : f32 from(%b, vjp exp)
  %b = exp %a : f32
  return r = %b
}
)");
}

TEST(Text, KeepsAnyName) {
  SourceManager sources;
  Function f("odd \"name\"");
  Builder builder(f);
  builder.span = {sources.Add("dir \\ \"x\"\n.nn", ""), 3, 4, 0};
  Value x = builder.Argument("a b", Element::kF32);
  Value y = builder.Apply(Op::kNeg, {x}, {}, "%\x01\t\x7f,)\\");
  f.AddResult("größe", builder.Apply(Op::kNeg, {y}, {}, "größe"));
  Module module;
  module.functions.push_back(f);
  std::string text = Print(module, sources);
  EXPECT_THAT(text, HasSubstr(R"(func @"odd \"name\""(%"a b": f32 loc("dir \\ \"x\"\n.nn":3:4)) -> (f32) {)"));
  EXPECT_THAT(text, HasSubstr(R"(  %"%\x01\t\x7F,)\\" = neg %"a b" : f32)"));
  Module read = Read(text, sources);
  EXPECT_EQ(Print(read, sources), text);
  EXPECT_EQ(read.functions[0].name(), "odd \"name\"");
  EXPECT_EQ(read.functions[0].nodes()[1].name, "%\x01\t\x7f,)\\");
  EXPECT_EQ(read.functions[0].nodes()[1].span, builder.span);
  EXPECT_EQ(read.functions[0].results()[0].name, "größe");
}

TEST(Text, NumbersReadBackExactly) {
  using Limits = std::numeric_limits<double>;
  for (double value : {0.0, -0.0, 1.0, -3.0, 0.1, 1e-5, 1e300, 1.0 / 3, 0x1p53, Limits::denorm_min(), Limits::max(),
                       Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()}) {
    SourceManager sources;
    Module module;
    Function& f = module.functions.emplace_back("f");
    f.AddResult("r", Builder(f).Constant(value, Element::kF64));
    Module read = Read(Print(module, sources), sources);
    double back = read.functions[0].nodes()[0].attribute<double>(AttributeKey::kValue);
    EXPECT_TRUE(back == value || (std::isnan(back) && std::isnan(value))) << FloatText(value);
    EXPECT_EQ(std::signbit(back), std::signbit(value)) << FloatText(value);
  }
  EXPECT_EQ(FloatText(1), "1.0");
  EXPECT_EQ(FloatText(0.1), "0.1");
  EXPECT_EQ(FloatText(1e-5), "1e-05");
  EXPECT_EQ(FloatText(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(Text, LongHeadersAndReturnsTakeALineForEachItem) {
  SourceManager sources;
  Function f("step");
  Builder builder(f);
  for (int i = 0; i < 6; ++i) {
    Value p = builder.Argument("net.layer" + std::to_string(i) + ".weight", Type(Element::kF32, {100, 200}));
    f.AddResult("net.layer" + std::to_string(i) + ".weight", p);
  }
  std::string text = Print(f, sources);
  EXPECT_THAT(text, testing::StartsWith("func @step(\n    %net.layer0.weight: f32[100, 200],\n    %net.layer1"));
  EXPECT_THAT(text, HasSubstr("%net.layer5.weight: f32[100, 200]\n) -> (f32[100, 200], f32[100, 200],"));
  EXPECT_THAT(text, HasSubstr("  return\n      net.layer0.weight = %net.layer0.weight,\n      net.layer1"));
  EXPECT_EQ(Print(Read(text, sources), sources), text);
}

TEST(Text, LocationsCanBeLeftOut) {
  SourceManager sources;
  Function f("f");
  f.span = {sources.Add("a.nn", ""), 1, 1, 1};
  Builder builder(f);
  builder.span = f.span;
  f.AddResult("r", builder.Neg(builder.Argument("x", Element::kF32)));
  EXPECT_EQ(Print(f, sources, {.locations = false}),
            "func @f(%x: f32) -> (f32) {\n  %1 = neg %x : f32\n  return r = %1\n}\n");
}

TEST(Text, CommentsBlankLinesAndLineBreaksAreFree) {
  SourceManager sources;
  Module module = Read(R"(# RUN: %nnc run %s f | FileCheck %s

func @f(%x: f32,   # the input
        %y: f32)
  -> (f32) {

  # CHECK: add
  %z = add %x,
           %y : f32
  return z = %z }
# the end)",
                       sources);
  ASSERT_EQ(module.functions.size(), 1u);
  EXPECT_EQ(Print(module, sources),
            "func @f(%x: f32, %y: f32) -> (f32) {\n  %z = add %x, %y : f32\n  return z = %z\n}\n");
}

TEST(Text, EverySampleOfEveryOpReadsBack) {
  for (Op op : AllOps()) {
    for (const OpSample& sample : SamplesOf(op, SampleValues::kSpecial)) {
      SCOPED_TRACE(sample.name);
      SourceManager sources;
      Module module;
      module.functions.push_back(sample.function);
      std::string text = Print(module, sources);
      Module read = Read(text, sources);
      ASSERT_EQ(read.functions.size(), 1u);
      EXPECT_EQ(Print(read, sources), text);
      if (op == Op::kScan) continue;  // whose last node takes a part
      const Node &node = sample.function.nodes().back(), &back = read.functions[0].nodes().back();
      EXPECT_EQ(back.op, op);
      EXPECT_EQ(back.type, node.type);
      EXPECT_EQ(ToString(back.attributes), ToString(node.attributes));
    }
  }
}

// ---- Errors ----

struct Wrong {
  std::string text;
  std::string at;  // line:column
  std::string message;
  std::string help = "";
};

// A function around one line of body.
std::string Body(const std::string& line) {
  return "func @f(%x: f32[2], %count: i32[2]) -> (f32[2]) {\n" + line + "\nreturn r = %x\n}\n";
}

TEST(TextErrors, SayPlaceCauseAndCure) {
  const std::vector<Wrong> cases = {
      {Body("%y = matmull %x, %x : f32"), "2:6", "there is no op `matmull`", "did you mean `matmul`?"},
      {Body("%y = add %x, %coumt : f32[2]"), "2:14", "no value %coumt is defined above", "did you mean `%count`?"},
      {Body("%y = neg %x : f32[3]"), "2:15", "%y is written as f32[3], but this `neg` gives f32[2]",
       "write `: f32[2]`, or change the operands"},
      {Body("%y = add %x, %count : f32[2]"), "2:6",
       "`add` needs one element type, but its operands are f32[2] and i32[2]",
       "convert one of them by name: `f32(...)` or `i32(...)`"},
      {Body("%y = add %x : f32[2]"), "2:6", "`add` takes 2 operand(s), not 1"},
      {Body("%y = reduce_sum %x {axes = [0]} : f32"), "2:6", "`reduce_sum` lacks the attribute `keepdims`"},
      {Body("%y = neg %x {axis = 0} : f32[2]"), "2:6", "`neg` has no attribute `axis`"},
      {Body("%y = reverse %x {axsi = 0} : f32[2]"), "2:18", "there is no attribute `axsi`", "did you mean `axis`?"},
      {Body("%y = reverse %x {axis = x} : f32[2]"), "2:25",
       "expected the value of `axis`, an int, as `1`, but there is `x` here"},
      {Body("%y = reverse %x {axis = 0, axis = 0} : f32[2]"), "2:28", "the attribute `axis` is given twice"},
      {Body("%y = cast %x {element = f23} : f32[2]"), "2:25",
       "expected the value of `element`, an element type, as `f32`, but there is `f23` here"},
      {Body("%y = neg %x"), "2:12", "expected `:` and the value's type, but the line ends here"},
      {Body("%y = neg %x : g32[2]"), "2:15", "expected a type, as in `f32[32, 3]`, but there is `g32` here",
       "the element types are f32, f64, bf16, i32, i64, u8 and bool"},
      {Body("%y = neg %x : f32[2"), "2:20",
       "expected the dimensions of a shape, as in `[32, 2*N + 1]`, but the line ends here"},
      {Body("%y = neg %x : f32[-2]"), "2:15", "a dimension cannot be -2"},
      {Body("%y neg %x : f32[2]"), "2:4", "expected `=` after the name of a value, but there is `neg` here"},
      {Body("%x = neg %x : f32[2]"), "2:1", "%x is defined twice"},
      {Body("%y = argument : f32[2]"), "2:6", "an argument is written in the function's header, not in its body"},
      {Body("%y = neg %x : f32[2] from(%z, vjp neg)"), "2:27", "the function has no value %z"},
      {Body("%y = neg %x : f32[2] from(%x, neg)"), "2:31",
       "expected `vjp` and the op whose rule made this value, but there is `neg` here"},
      {Body("%y = neg %x : f32[2] loc(spiral:1:2)"), "2:26",
       "expected a place, as in `loc(\"spiral.nn\":17:40)`, but there is `spiral` here"},
      {Body("y = neg %x : f32[2]"), "2:1",
       "expected a line `%name = op ...`, `return ...` or `}`, but there is `y` here"},
      {"func @f(%x: f32) -> (f32) {\nreturn r = %x, r = %x\n}", "2:16", "the result `r` is given twice"},
      {"func @f(%x: f32) -> (i32) {\nreturn r = %x\n}", "2:7", "@f is written to return (i32), but this returns (f32)"},
      {"func @f(%x: f32) -> () {\nreturn r\n}", "2:9",
       "expected `=` after the name of a result, but the line ends here"},
      {"func @f(%x: f32) -> () {\n}", "1:6", "@f has no `return`"},
      {"func @f(%x: f32) -> (f32) {\nreturn r = %x\n%y = neg %x : f32\n}", "3:1",
       "expected `}` after `return`, but there is `%` here"},
      {"func @f(%x: f32) -> () {\nreturn", "2:7", "expected `}` at the end of the function, but the text ends here"},
      {"func @f(%x: f32, %x: f32) -> () {\nreturn\n}", "1:18", "%x is defined twice"},
      {"func @f(%x) -> () {\nreturn\n}", "1:11", "expected `:` and the argument's type, but there is `)` here"},
      {"func f() -> () {\nreturn\n}", "1:6", "expected the name of a function, as in `@name`, but there is `f` here"},
      {"func @f() {\nreturn\n}", "1:11", "expected `->` and the types of the results, but there is `{` here"},
      {"func @f() -> () {\nreturn\n}\nfunc @f() -> () {\nreturn\n}", "4:6", "@f is defined twice"},
      {"nn 1\nlet x = 1\n", "1:1", "expected `func @name(...)`, but there is `nn` here"},
  };
  for (const Wrong& wrong : cases) {
    SCOPED_TRACE(wrong.text);
    SourceManager sources;
    Diagnostics diagnostics;
    Parse(sources.Add("t", wrong.text), sources, diagnostics);
    EXPECT_EQ(diagnostics.all().size(), 1u);
    if (diagnostics.all().empty()) continue;
    const Diagnostic& d = diagnostics.all()[0];
    EXPECT_EQ(d.kind, DiagnosticKind::kBadIrText);
    EXPECT_EQ(sources.Describe(d.span), "t:" + wrong.at);
    EXPECT_EQ(d.message, wrong.message);
    EXPECT_EQ(d.help, wrong.help);
  }
}

TEST(TextErrors, ReadingGoesOnAndOneMistakeIsReportedOnce) {
  SourceManager sources;
  Diagnostics diagnostics;
  Module module = Parse(sources.Add("t", R"(func @broken(%x: f32[2]) -> (f32[2]) {
  %a = expp %x : f32[2]
  %b = neg %a : f32[2]
  %c = add %b, %x : f32[9]
  %d = sub %nothing, %x : f32[2]
  return r = %d
}
func @header(%x f32) -> (f32) {
  %a = neg %x : f32
  return r = %a
}
func @good(%x: f32) -> (f32) {
  return r = %x
}
)"),
                        sources, diagnostics);
  std::vector<std::string> places;
  for (const Diagnostic& d : diagnostics.all()) places.push_back(sources.Describe(d.span));
  EXPECT_EQ(places, (std::vector<std::string>{"t:2:8", "t:5:12", "t:8:17"}));
  ASSERT_EQ(module.functions.size(), 1u);
  EXPECT_EQ(module.functions[0].name(), "good");
}

TEST(TextErrors, AFunctionWithABrokenHeaderIsSkippedWhole) {
  SourceManager sources;
  Diagnostics diagnostics;
  Parse(sources.Add("t", "func @f(%x: f32) -> (f32 here) {\n%a = neg %x : f32\n%b = neg %a : f32\nreturn r = %b\n}\n"),
        sources, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 1);
}

TEST(TextErrors, ADefinitionTwiceNamesTheFirst) {
  SourceManager sources;
  Diagnostics diagnostics;
  Parse(sources.Add("t", Body("%x = neg %x : f32[2]")), sources, diagnostics);
  ASSERT_EQ(diagnostics.all()[0].notes.size(), 1u);
  EXPECT_EQ(sources.Describe(diagnostics.all()[0].notes[0].span), "t:1:9");
}

// No prefix of a text, and no text with one character changed, makes the parser fail in another way than by
// diagnostics.
TEST(TextErrors, DamagedTextIsReportedNotFatal) {
  const std::string text = R"(func @f(%"a b": f32[2*N + 1], %k: i64) -> (f32[2*N + 1], f32) loc("a.nn":1:2) {
  %c = constant {element = f32, shape = [2*N + 1], value = -1e-05} : f32[2*N + 1]
  %d = add %"a b", %c : f32[2*N + 1] from(%c, vjp add) loc("a.nn":3:4)
  %s = reduce_sum %d {axes = [0], keepdims = false} : f32
  return r = %d, s = %s
}
)";
  auto parse = [](const std::string& damaged) {
    SourceManager sources;
    Diagnostics diagnostics;
    Module module = Parse(sources.Add("t", damaged), sources, diagnostics);
    Diagnostics problems;
    EXPECT_TRUE(Verify(module, problems)) << damaged;
    for (const Diagnostic& d : diagnostics.all()) EXPECT_FALSE(Render(d, sources, false).empty());
  };
  for (size_t i = 0; i < text.size(); ++i) {
    parse(text.substr(0, i));
    for (char c : {'\0', '"', '}', '\n', '9', '%', '\xff'}) {
      std::string damaged = text;
      damaged[i] = c;
      parse(damaged);
    }
  }
}

}  // namespace
}  // namespace nnc::ir
