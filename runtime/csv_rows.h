// Rows and cells of a CSV text; csv.h turns them into tensors.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/csv.h"

namespace nnc::runtime {

// Cuts a text into rows of cells (RFC 4180).
class CsvScanner {
 public:
  CsvScanner(std::string_view text, char delimiter, const std::string& path);

  void SkipLine();
  // Reads the next row that is not an empty line; false at the end. The cells are valid until the next call.
  bool Next();
  const std::vector<std::string_view>& cells() const { return cells_; }
  // "path:line:column" of a cell of this row.
  std::string Place(size_t cell) const;

 private:
  std::string_view ScanCell();
  std::string_view ScanQuoted();
  bool AtEnd() const { return at_ == text_.size(); }
  bool AtLineEnd() const;
  void PassLineEnd();

  std::string_view text_;
  char delimiter_;
  const std::string& path_;
  size_t at_ = 0;
  int64_t line_ = 1;      // of `at_`
  int64_t row_line_ = 1;  // where this row begins
  std::vector<std::string_view> cells_;
  std::deque<std::string> unescaped_;  // quoted cells that hold doubled quotes
};

// The chosen columns of each data row of a file.
class CsvRows {
 public:
  CsvRows(std::string path, const CsvOptions& options);

  int64_t columns() const { return static_cast<int64_t>(chosen_.size()); }
  // Moves to the next row, the first at first; checks its width.
  bool Next();
  std::string_view cell(int64_t column) const { return scanner_.cells()[chosen_[static_cast<size_t>(column)]]; }
  std::string Place(int64_t column) const { return scanner_.Place(chosen_[static_cast<size_t>(column)]); }
  // "column 3" or "column 3 (`petal_length`)", counted from 1.
  std::string Describe(int64_t column) const;

 private:
  void Choose(const CsvOptions& options);
  size_t ColumnNamed(const std::string& name) const;
  size_t ColumnAt(int64_t index) const;

  std::string path_, text_;
  CsvScanner scanner_;
  std::vector<std::string> names_;  // of all columns; empty without a header
  std::vector<size_t> chosen_;
  size_t width_ = 0;
  bool first_pending_ = false;  // the first data row was read to learn the width
};

}  // namespace nnc::runtime
