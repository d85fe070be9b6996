// Loops: what they compute, what is refused, and cutting functions out of others.
#include "ir/scan.h"

#include <gtest/gtest.h>

#include "ir/evaluate.h"
#include "ir/specialize.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace nnc::ir {
namespace {

constexpr std::string_view kRunningSum = R"(func @f(%h: f32[N], %xs: f32[T, N], %k: f32) -> (f32[N], f32[T, N]) {
  %s = scan %h, %xs, %k {carries = 1, checkpoint = false, length = T, reverse = false, scanned = 1} func @body(%h: f32[N], %x: f32[N], %k: f32) -> (f32[N], f32[N]) {
    %m = mul %x, %k : f32[N]
    %n = add %h, %m : f32[N]
    return h = %n, y = %n
  } : (f32[N], f32[T, N])
  %last = part %s {index = 0} : f32[N]
  %all = part %s {index = 1} : f32[T, N]
  return last = %last, all = %all
}
)";

Module Read(std::string_view text, SourceManager& sources, Diagnostics& diagnostics) {
  return Parse(sources.Add("t", std::string(text)), sources, diagnostics);
}

Function ReadOne(std::string_view text) {
  SourceManager sources;
  Diagnostics diagnostics;
  Module module = Read(text, sources, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 0) << (diagnostics.all().empty() ? "" : diagnostics.all()[0].message);
  return module.functions.empty() ? Function() : module.functions[0];
}

std::string ErrorOf(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  SourceManager sources;
  Diagnostics diagnostics;
  Read(text, sources, diagnostics);
  return diagnostics.all().empty() ? "" : diagnostics.all()[0].message;
}

std::vector<double> ResultOf(const Function& f, int64_t steps, size_t result, bool reverse = false) {
  Function constant = Specialize(f, {{"N", Dim(1)}, {"T", Dim(steps)}});
  if (reverse) {
    Node scan = constant.node(Value{3});
    scan.attributes.Set(AttributeKey::kReverse, true);
    Function turned("turned");
    for (uint32_t i = 0; i < constant.size(); ++i) turned.Append(i == 3 ? scan : constant.node(Value{i}));
    for (const Result& r : constant.results()) turned.AddResult(r.name, r.value);
    constant = turned;
  }
  std::vector<double> xs;
  for (int64_t i = 0; i < steps; ++i) xs.push_back(static_cast<double>(i + 1));
  return Evaluate(constant,
                  {Tensor::Floats({1}, {100}), Tensor::Floats({steps, 1}, xs), Tensor::Floats({}, {2})})[result]
      .floats();
}

TEST(Scan, CarriesAValueAndStacksOutputs) {
  Function f = ReadOne(kRunningSum);
  EXPECT_EQ(ResultOf(f, 3, 0), (std::vector<double>{112}));
  EXPECT_EQ(ResultOf(f, 3, 1), (std::vector<double>{102, 106, 112}));
}

TEST(Scan, RunsFromTheLastIteration) {
  Function f = ReadOne(kRunningSum);
  EXPECT_EQ(ResultOf(f, 3, 0, true), (std::vector<double>{112}));
  EXPECT_EQ(ResultOf(f, 3, 1, true), (std::vector<double>{112, 110, 106}));
}

TEST(Scan, OfNoIterationGivesTheInitialCarry) {
  Function f = ReadOne(kRunningSum);
  EXPECT_EQ(ResultOf(f, 0, 0), (std::vector<double>{100}));
  EXPECT_TRUE(ResultOf(f, 0, 1).empty());
}

TEST(Scan, PrintsAndReadsBack) {
  SourceManager sources;
  Diagnostics diagnostics;
  Module module = Read(kRunningSum, sources, diagnostics);
  EXPECT_EQ(Print(module, sources), kRunningSum);
  EXPECT_TRUE(Verify(module, diagnostics));
  EXPECT_EQ(DimensionVariables(module.functions[0]), (std::vector<std::string>{"N", "T"}));
}

TEST(Scan, EqualBodiesMakeEqualAttributes) {
  Function a = ReadOne(kRunningSum), b = ReadOne(kRunningSum);
  EXPECT_TRUE(SameComputation(a, b));
  std::string other(kRunningSum);
  other.replace(other.find("mul"), 3, "max");
  EXPECT_FALSE(SameComputation(a, ReadOne(other)));
}

TEST(Scan, RefusesBodiesThatDoNotFit) {
  std::string text(kRunningSum);
  EXPECT_EQ(ErrorOf(text, "length = T", "length = 3"), "`scan` of 3 iterations over f32[T, N]");
  EXPECT_EQ(ErrorOf(text, "carries = 1", "carries = 9"),
            "`scan`: 3 operands, 9 carries and 1 scanned for a body of 3 arguments and 2 results");
  EXPECT_EQ(ErrorOf(text, "return h = %n, y = %n", "return g = %n, y = %n"),
            "`scan`: the body's result `g` is carry number 0, but does not have its name");
  EXPECT_EQ(ErrorOf(text, "return h = %n, y = %n", "return h = %n, x = %n"),
            "`scan`: the body's output `x` has the name of an argument");
  EXPECT_EQ(ErrorOf(text, "scan %h, %xs, %k", "scan %h, %xs, %xs"),
            "`scan`: the body's argument %k is f32, but is given f32[T, N]");
  std::string cast = text;
  cast.replace(cast.find("-> (f32[N], f32[N])"), 19, "-> (f64[N], f32[N])");
  cast.replace(cast.find("return h = %n"), 13, "%w = cast %n {element = f64} : f64[N]\n return h = %w");
  EXPECT_EQ(ErrorOf(cast, "", ""), "`scan`: the carry `h` is f32[N] before an iteration and f64[N] after it");
}

TEST(Scan, ATupleIsReadByPartAlone) {
  std::string text(kRunningSum);
  EXPECT_EQ(ErrorOf(text, "%last = part %s {index = 0} : f32[N]", "%last = neg %s : f32[N]"),
            "`neg` needs tensors, not (f32[N], f32[T, N])");
  EXPECT_EQ(ErrorOf(text, "%last = part %s {index = 0}", "%last = part %s {index = 2}"),
            "`part` number 2 of (f32[N], f32[T, N])");
  Function f = ReadOne(kRunningSum);
  f.AddResult("s", Value{3});
  Diagnostics diagnostics;
  EXPECT_FALSE(Verify(f, diagnostics));
  EXPECT_EQ(diagnostics.all()[0].message, "@f: result s: is a tuple, not a tensor");
}

TEST(CutOut, TakesWhatResultsNeedAndNoMore) {
  Function f = ReadOne(R"(func @f(%x: f32[3], %y: f32[3]) -> (f32[3]) {
  %one = constant {element = f32, shape = [], value = 1.0} : f32
  %a = exp %x : f32[3]
  %b = add %a, %one : f32[3]
  %c = mul %b, %y : f32[3]
  return c = %c
}
)");
  SourceManager sources;
  EXPECT_EQ(Print(CutOut(f, "g", {{"u", Value{3}}, {"v", Value{1}}}, {{"r", Value{5}}}), sources),
            R"(func @g(%u: f32[3], %v: f32[3]) -> (f32[3]) {
  %one = constant {element = f32, shape = [], value = 1.0} : f32
  %b = add %u, %one : f32[3]
  %c = mul %b, %v : f32[3]
  return r = %c
}
)");
}

}  // namespace
}  // namespace nnc::ir
