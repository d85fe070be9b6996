// Comma-separated values (RFC 4180), independent of the locale.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tensor.h"

namespace nnc::runtime {

struct CsvOptions {
  std::vector<int64_t> columns;           // from 0, negative from the end; both lists empty: all columns
  std::vector<std::string> column_names;  // instead of `columns`; needs `header`
  bool header = false;                    // the first row after `skip` holds the names
  int64_t skip = 0;                       // lines left out at the top
  char delimiter = ',';
};

// A quoted cell may hold delimiters, doubled quotes and line ends; LF and CRLF end rows; a UTF-8 mark at the start and
// empty lines are passed over. Every row must have as many cells as the first. Throws Failure, placed at
// `file:line:column` (both from 1; the column counts cells), with kind BadRow for a row and BadDataFile for a file
// without the asked columns.

// Numbers, [rows, columns], of a float or integer element type. Spaces around a number and a leading `+` are allowed.
// An empty cell, text, a NaN or an infinity is a bad row: nearly always it stands for a missing value, which would undo
// the training silently. An integer may be written `3.0`.
Tensor ReadCsvNumbers(const std::string& path, const CsvOptions& options, ir::Element element);

// Cells as they are, row by row, for class names. An empty cell is a bad row.
struct CsvText {
  int64_t columns = 0;
  std::vector<std::string> cells;  // [rows, columns]
};
CsvText ReadCsvText(const std::string& path, const CsvOptions& options);

// The place of row `row` (from 0, of the data rows) and column `column` (from 0, of the chosen ones) in the file, for
// messages about values that were read well: "iris.csv:12:5". Reads the file again.
std::string CsvPlace(const std::string& path, const CsvOptions& options, int64_t row, int64_t column);

}  // namespace nnc::runtime
