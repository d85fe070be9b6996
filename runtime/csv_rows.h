// Rows and cells of a CSV file; csv.h turns them into columns.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/byte_source.h"

namespace nnc::runtime {

// Cuts a file into rows of cells (RFC 4180). A quoted cell may hold delimiters, doubled quotes and line ends; LF and
// CRLF end rows; a UTF-8 mark at the start and empty lines are passed over. The file goes through one buffer, which
// grows only for a row that does not fit. Throws Failure BadRow at `file:line:column`, both from 1; the column counts
// cells.
class CsvScanner {
 public:
  CsvScanner(std::string path, char delimiter);

  void SkipLine();
  // Reads the next row that is not an empty line; false at the end. The cells are valid until the next call.
  bool Next();
  const std::vector<std::string_view>& cells() const { return cells_; }
  int64_t line() const { return row_line_; }  // where this row begins
  const std::string& path() const { return path_; }

 private:
  // What stands at a byte of the buffer.
  enum class Mark { kText, kDelimiter, kLineEnd, kBufferEnd };
  Mark MarkAt(const char* at) const;
  // Each gives false where the buffer ends first: then there is more to read.
  bool PassEmptyLines();
  bool ScanRow();
  bool ScanQuoted(const char*& at);
  void PassLineEnd(const char*& at);
  void Refill();
  const char* end() const { return buffer_.data() + end_; }

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  char delimiter_;
  std::array<bool, 256> special_{};      // bytes that may end a cell
  std::vector<char> buffer_;             // one more than what was read: a line end
  size_t begin_ = 0, end_ = 0;           // what is read but not passed
  bool at_end_ = false;                  // of the file
  int64_t line_ = 1, lines_within_ = 0;  // at `begin_`; line ends in the row's quoted cells
  int64_t row_line_ = 1;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unescaped_;  // quoted cells that hold doubled quotes
};

// How a file is to be read.
struct CsvOptions {
  std::optional<bool> header;  // whether the first row after `skip` holds names
  int64_t skip = 0;            // lines left out at the top
  char delimiter = ',';
};

// The whole of a cell as a number: spaces around it and a leading `+` are allowed.
template <class T>
std::optional<T> ParseNumber(std::string_view cell);

// The data rows of a file. Without `header` the first row is one of names if none of its cells is a number and one of
// the next row is; where neither row has a number, the constructor throws Failure BadDataFile that asks for it.
class CsvRows {
 public:
  CsvRows(const std::string& path, const CsvOptions& options);

  // Where the columns stand in a row: by name, else by index (from 0, negative from the end), else all. Throws Failure
  // BadDataFile where the file lacks one.
  std::vector<size_t> Choose(const std::vector<int64_t>& columns, const std::vector<std::string>& names) const;
  // Moves to the next row, the first at first; checks its width.
  bool Next();
  std::string_view cell(size_t column) const { return cells_[column]; }
  std::string Place(size_t column) const;
  // "column 3" or "column 3 (`petal_length`)", counted from 1.
  std::string Describe(size_t column) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    int64_t line = 1;
  };
  Row ScannedRow() const;
  bool FirstHoldsNames() const;
  size_t ColumnNamed(const std::string& name) const;
  size_t ColumnAt(int64_t index) const;

  CsvScanner scanner_;
  std::deque<Row> read_ahead_;      // data rows that were read to tell what the first one is
  Row current_;                     // the one that `cells_` came from, where it was read ahead
  std::vector<std::string> names_;  // of all columns; empty without a header
  size_t width_ = 0;
  std::vector<std::string_view> cells_;
  int64_t line_ = 1;
};

}  // namespace nnc::runtime
