// IR as text, both ways: print(parse(print(m))) == print(m).
//
//   func @classify(%x: f32[N, 2], %net.fc1.weight: f32[100, 2]) -> (f32[N, 100]) {
//     %h = matmul %x, %net.fc1.weight {transpose_a = false, transpose_b = true} : f32[N, 100] loc("spiral.nn":17:40)
//     %1 = constant {element = f32, shape = [], value = 1.0} : f32
//     %d.h = mul %1, %h : f32[N, 100] from(%h, vjp mul) loc("spiral.nn":17:40)
//     return result = %h
//   }
//
// The body of a loop stands after its attributes:
//
//   %s = scan %h, %xs {carries = 1, ...} func @body(%h: f32[3], %x: f32[3]) -> (f32[3], f32[3]) {
//     ...
//   } : (f32[3], f32[T, 3])
//
// A name of other characters than letters, digits, `_` and `.` is quoted, with the escapes of QuotedText: %"a b".
// Blanks and newlines are free between tokens, and `#` starts a comment. `loc` also follows arguments and the result
// types. A span's length, `loc("spiral.nn":17:40+12)`, is written where PrintOptions ask for it, and the origin of an
// argument is not.
#pragma once

#include <string>
#include <string_view>

#include "ir/diagnostics.h"
#include "ir/function.h"

namespace nnc::ir {

struct PrintOptions {
  bool locations = true;
  bool lengths = false;  // of the spans that locations are
};

// `sources` gives the paths in `loc`.
std::string Print(const Function& function, const SourceManager& sources, PrintOptions options = {});
std::string Print(const Module& module, const SourceManager& sources, PrintOptions options = {});
// One value's line, without indentation or newline; a loop's is several lines.
std::string Print(const Function& function, Value value, const SourceManager& sources, PrintOptions options = {});

// The parts of that text, for pictures and reports.
std::string ToString(const Attributes& attributes);  // "{axes = [1], keepdims = true}" without a body, "" if none
std::string FloatText(double value);  // the shortest text that reads back exactly: "1.0", "1e-05", "-inf", "nan"
std::string QuotedText(
    std::string_view text);  // in double quotes, with \" \\ \n \t and \xHH for other control characters

// Reads what Print writes. File `file` of `sources` must hold the text. Types are inferred again. Whatever cannot be
// read, or has another type than is written, is reported as E0801, and reading goes on at the next line; a value whose
// line could not be read is not reported again where it is used. The functions without errors are returned.
Module Parse(uint32_t file, SourceManager& sources, Diagnostics& diagnostics);

}  // namespace nnc::ir
