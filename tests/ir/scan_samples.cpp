#include "tests/ir/scan_samples.h"

#include <fmt/format.h>

#include <stdexcept>

#include "ir/builder.h"
#include "ir/text.h"
#include "tests/ir/sample_values.h"

namespace nnc::ir {

namespace {

struct Loop {
  std::string_view name;
  std::string_view text;  // its last node is the Scan; no results
};

constexpr Loop kLoops[] = {
    {"running sum", R"(func @sample(%h: f32[3], %xs: f32[4, 3]) -> () {
  %s = scan %h, %xs {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} func @body(%h: f32[3], %x: f32[3]) -> (f32[3], f32[3]) {
    %n = add %h, %x : f32[3]
    return h = %n, y = %n
  } : (f32[3], f32[4, 3])
  return
})"},
    {"decay, from the last", R"(func @sample(%h: f64, %xs: f64[5], %k: f64) -> () {
  %s = scan %h, %xs, %k {carries = 1, checkpoint = true, length = 5, reverse = true, scanned = 1} func @body(%h: f64, %x: f64, %k: f64) -> (f64, f64) {
    %d = tanh %k : f64
    %m = mul %h, %d : f64
    %n = add %m, %x : f64
    %y = sin %n : f64
    return h = %n, y = %y
  } : (f64, f64[5])
  return
})"},
    {"carries that change places", R"(func @sample(%a: i32[2], %b: i32[2]) -> () {
  %s = scan %a, %b {carries = 2, checkpoint = false, length = 7, reverse = false, scanned = 0} func @body(%a: i32[2], %b: i32[2]) -> (i32[2], i32[2], i32[2]) {
    %c = add %a, %b : i32[2]
    return a = %b, b = %c, y = %a
  } : (i32[2], i32[2], i32[7, 2])
  return
})"},
    {"recurrent layer",
     R"(func @sample(%h: f32[2, 3], %xs: f32[4, 2, 5], %w: f32[5, 3], %u: f32[3, 3], %b: f32[3]) -> () {
  %s = scan %h, %xs, %w, %u, %b {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} func @body(%h: f32[2, 3], %x: f32[2, 5], %w: f32[5, 3], %u: f32[3, 3], %b: f32[3]) -> (f32[2, 3], f32[2, 3]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[2, 3]
    %q = matmul %h, %u {transpose_a = false, transpose_b = true} : f32[2, 3]
    %r = add %p, %q : f32[2, 3]
    %z = add %r, %b : f32[2, 3]
    %n = tanh %z : f32[2, 3]
    return h = %n, y = %n
  } : (f32[2, 3], f32[4, 2, 3])
  return
})"},
    {"the same, run again", R"(func @sample(%h: f32[2, 3], %xs: f32[4, 2, 3], %w: f32[3, 3]) -> () {
  %s = scan %h, %xs, %w {carries = 1, checkpoint = true, length = 4, reverse = false, scanned = 1} func @body(%h: f32[2, 3], %x: f32[2, 3], %w: f32[3, 3]) -> (f32[2, 3], f32[2]) {
    %p = matmul %h, %w {transpose_a = false, transpose_b = false} : f32[2, 3]
    %z = add %p, %x : f32[2, 3]
    %n = tanh %z : f32[2, 3]
    %y = reduce_sum %n {axes = [1], keepdims = false} : f32[2]
    return h = %n, y = %y
  } : (f32[2, 3], f32[4, 2])
  return
})"},
    {"no iteration", R"(func @sample(%h: f32[3], %xs: f32[0, 3]) -> () {
  %s = scan %h, %xs {carries = 1, checkpoint = false, length = 0, reverse = false, scanned = 1} func @body(%h: f32[3], %x: f32[3]) -> (f32[3], f32[3]) {
    %n = mul %h, %x : f32[3]
    return h = %n, y = %n
  } : (f32[3], f32[0, 3])
  return
})"},
    {"no iteration, and each would forget the carry", R"(func @sample(%h: f32[3], %k: f32[3]) -> () {
  %s = scan %h, %k {carries = 1, checkpoint = false, length = 0, reverse = false, scanned = 0} func @body(%h: f32[3], %k: f32[3]) -> (f32[3]) {
    return h = %k
  } : (f32[3])
  return
})"},
    {"one iteration", R"(func @sample(%h: f32[3], %xs: f32[1, 3]) -> () {
  %s = scan %h, %xs {carries = 1, checkpoint = false, length = 1, reverse = false, scanned = 1} func @body(%h: f32[3], %x: f32[3]) -> (f32[3], f32[3]) {
    %n = mul %h, %x : f32[3]
    return h = %n, y = %n
  } : (f32[3], f32[1, 3])
  return
})"},
    {"a product of one number, from the last", R"(func @sample(%xs: f32[6, 1, 20], %w: f32[20, 1]) -> () {
  %s = scan %xs, %w {carries = 0, checkpoint = false, length = 6, reverse = true, scanned = 1} func @body(%x: f32[1, 20], %w: f32[20, 1]) -> (f32[1, 1]) {
    %p = matmul %x, %w {transpose_a = false, transpose_b = false} : f32[1, 1]
    return y = %p
  } : (f32[6, 1, 1])
  return
})"},
    {"no carries", R"(func @sample(%xs: f32[3, 17], %k: f32[17]) -> () {
  %s = scan %xs, %k {carries = 0, checkpoint = false, length = 3, reverse = false, scanned = 1} func @body(%x: f32[17], %k: f32[17]) -> (f32[17], f32, f32[17]) {
    %m = mul %x, %k : f32[17]
    %t = reduce_sum %m {axes = [0], keepdims = false} : f32
    return y = %m, total = %t, same = %x
  } : (f32[3, 17], f32[3], f32[3, 17])
  return
})"},
    {"a loop in a loop", R"(func @sample(%h: f32[3], %xs: f32[2, 4, 3], %k: f32[3]) -> () {
  %s = scan %h, %xs, %k {carries = 1, checkpoint = false, length = 2, reverse = false, scanned = 1} func @outer(%h: f32[3], %x: f32[4, 3], %k: f32[3]) -> (f32[3], f32[4, 3]) {
    %i = scan %h, %x, %k {carries = 1, checkpoint = false, length = 4, reverse = true, scanned = 1} func @inner(%h: f32[3], %x: f32[3], %k: f32[3]) -> (f32[3], f32[3]) {
      %a = mul %h, %k : f32[3]
      %b = add %a, %x : f32[3]
      %n = tanh %b : f32[3]
      return h = %n, y = %b
    } : (f32[3], f32[4, 3])
    %n = part %i {index = 0} : f32[3]
    %y = part %i {index = 1} : f32[4, 3]
    return h = %n, y = %y
  } : (f32[3], f32[2, 4, 3])
  return
})"},
    {"noise of each iteration", R"(func @sample(%h: f32[9], %key: i64) -> () {
  %t = iota {axis = 0, shape = [4]} : i32[4]
  %s = scan %h, %t, %key {carries = 1, checkpoint = false, length = 4, reverse = false, scanned = 1} func @body(%h: f32[9], %i: i32, %key: i64) -> (f32[9], f32[9]) {
    %w = cast %i {element = i64} : i64
    %k = fold_in %key, %w : i64
    %u = uniform %k {element = f32, shape = [9]} : f32[9]
    %n = mul %h, %u : f32[9]
    return h = %n, y = %u
  } : (f32[9], f32[4, 9])
  return
})"},
};

Function Read(std::string_view text) {
  SourceManager sources;
  Diagnostics diagnostics;
  Module module = Parse(sources.Add("sample", std::string(text)), sources, diagnostics);
  if (module.functions.size() != 1) throw std::logic_error(diagnostics.all().front().message);
  return std::move(module.functions[0]);
}

}  // namespace

std::vector<OpSample> ScanSamples(SampleValues values) {
  std::vector<OpSample> samples;
  Random random(0x5CA9);
  for (const Loop& loop : kLoops) {
    const Function function = Read(loop.text);
    Value scan{function.size() - 1};
    for (size_t part = 0; part < function.type(scan).parts.size(); ++part) {
      OpSample& sample = samples.emplace_back(OpSample{fmt::format("{}, part {}", loop.name, part), function, {}});
      sample.function.AddResult("result", Builder(sample.function).Part(scan, part));
      for (uint32_t i = 0; i < function.argument_count(); ++i) {
        sample.arguments.push_back(SampleTensor(Op::kScan, i, function.type(Value{i}), values, random));
      }
    }
  }
  return samples;
}

}  // namespace nnc::ir
