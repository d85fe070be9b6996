// `nnc fmt`: the one layout of .nn text.
//
// The author's line ends stay where they are, since they mean something; what is between them is laid out anew:
//   - two blanks of indentation for each `{`; a line that begins within `(` or `[` stands under what follows that
//     bracket, or two blanks in where nothing does; a line that goes on outside brackets stands two blanks in
//   - one blank around binary operators, none around `..`, `.` and the `:` of a slice. `* / % **`, and `+ -` directly
//     within `[` `]`, stay tight where they were: `2.0*pi/3.0`, `f32[n-1]`
//   - the `=` of neighbouring statements stay in one column where they were: see align.cpp
//   - a comment behind code stays in its column, or moves as far to the right as code needs, its neighbours with it
//   - code beyond column 120 breaks behind a comma or an operator of the outermost bracket, or behind that bracket
//   where
//     it stands far to the right
//   - at most one blank line; none behind `{` or before `}`; `}` and `else` share a line
// Formatting twice is formatting once.
#pragma once

#include <optional>
#include <string>

#include "ir/diagnostics.h"

namespace nnc {

// The text of file `file` of `sources`, formatted. A file with syntax errors is not touched: they are reported, and the
// result is nullopt. Throws std::logic_error if the result would not parse to the same tree, which is a fault of the
// formatter.
std::optional<std::string> Format(uint32_t file, const SourceManager& sources, Diagnostics& diagnostics);

}  // namespace nnc
