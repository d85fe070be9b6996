#include "runtime/csv_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>

#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

std::string_view Trim(std::string_view cell) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  return cell;
}

bool HasNumber(const std::vector<std::string>& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const std::string& cell) { return ParseNumber<double>(cell); });
}

}  // namespace

template <class T>
std::optional<T> ParseNumber(std::string_view cell) {
  cell = Trim(cell);
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return value;
}
template std::optional<double> ParseNumber(std::string_view cell);
template std::optional<int64_t> ParseNumber(std::string_view cell);

CsvRows::CsvRows(const std::string& path, const CsvOptions& options) : scanner_(path, options.delimiter) {
  for (int64_t i = 0; i < options.skip; ++i) scanner_.SkipLine();
  while (read_ahead_.size() < 2 && scanner_.Next()) read_ahead_.push_back(ScannedRow());
  const bool header = !read_ahead_.empty() && (options.header ? *options.header : FirstHoldsNames());
  if (header) {
    for (const std::string& name : read_ahead_.front().cells) names_.emplace_back(Trim(name));
    read_ahead_.pop_front();
  }
  if (read_ahead_.empty()) {
    Fail(DiagnosticKind::kBadDataFile, path, "the file has no rows of data",
         options.skip > 0 ? fmt::format("`skip: {}` leaves out its first lines.", options.skip) : "");
  }
  width_ = header ? names_.size() : read_ahead_.front().cells.size();
}

CsvRows::Row CsvRows::ScannedRow() const {
  return {{scanner_.cells().begin(), scanner_.cells().end()}, scanner_.line()};
}

bool CsvRows::FirstHoldsNames() const {
  if (read_ahead_.size() < 2 || HasNumber(read_ahead_[0].cells)) return false;
  if (HasNumber(read_ahead_[1].cells)) return true;
  Fail(DiagnosticKind::kBadDataFile, fmt::format("{}:{}", scanner_.path(), read_ahead_[0].line),
       "this row may hold the columns' names or data: neither it nor the next one has a number",
       "Say `header: true` or `header: false`.");
}

std::vector<size_t> CsvRows::Choose(const std::vector<int64_t>& columns, const std::vector<std::string>& names) const {
  std::vector<size_t> chosen;
  if (!names.empty()) {
    if (names_.empty()) {
      Fail(DiagnosticKind::kBadDataFile, scanner_.path(),
           "columns are asked for by name, but the file is read without a header", "Add `header: true`.");
    }
    for (const std::string& name : names) chosen.push_back(ColumnNamed(name));
  } else if (!columns.empty()) {
    for (const int64_t index : columns) chosen.push_back(ColumnAt(index));
  } else {
    chosen.resize(width_);
    std::iota(chosen.begin(), chosen.end(), size_t{0});
  }
  return chosen;
}

size_t CsvRows::ColumnNamed(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    Fail(DiagnosticKind::kBadDataFile, scanner_.path(), fmt::format("no column `{}`", name),
         fmt::format("Its columns are: {}.{}", fmt::join(names_, ", "), DidYouMean(name, names_)));
  }
  if (std::find(found + 1, names_.end(), name) != names_.end()) {
    Fail(DiagnosticKind::kBadDataFile, scanner_.path(), fmt::format("two columns are called `{}`", name),
         "Choose one by its number.");
  }
  return static_cast<size_t>(found - names_.begin());
}

size_t CsvRows::ColumnAt(int64_t index) const {
  const int64_t width = static_cast<int64_t>(width_);
  if (index >= -width && index < width) return static_cast<size_t>(index < 0 ? index + width : index);
  Fail(DiagnosticKind::kBadDataFile, scanner_.path(), fmt::format("no column {}: its rows have {} cells", index, width),
       "Columns count from 0; negative ones count from the end.");
}

bool CsvRows::Next() {
  if (!read_ahead_.empty()) {
    current_ = std::move(read_ahead_.front());
    read_ahead_.pop_front();
    cells_.assign(current_.cells.begin(), current_.cells.end());
    line_ = current_.line;
  } else if (scanner_.Next()) {
    cells_ = scanner_.cells();
    line_ = scanner_.line();
  } else {
    return false;
  }
  if (cells_.size() != width_) {
    Fail(DiagnosticKind::kBadRow, Place(std::min(cells_.size(), width_)),
         fmt::format("a row of {} cells where the {} has {}", cells_.size(), names_.empty() ? "first row" : "header",
                     width_),
         "Every row needs as many cells; quote a cell that holds the delimiter. Lines of notes at the top are left out "
         "by `skip:`.");
  }
  return true;
}

std::string CsvRows::Place(size_t column) const { return fmt::format("{}:{}:{}", scanner_.path(), line_, column + 1); }

std::string CsvRows::Describe(size_t column) const {
  return names_.empty() ? fmt::format("column {}", column + 1)
                        : fmt::format("column {} (`{}`)", column + 1, names_[column]);
}

}  // namespace nnc::runtime
