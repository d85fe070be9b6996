#include "runtime/csv_rows.h"

#include <fmt/format.h>

#include <numeric>

#include "runtime/fail.h"
#include "runtime/files.h"

namespace nnc::runtime {

CsvScanner::CsvScanner(std::string_view text, char delimiter, const std::string& path)
    : text_(text), delimiter_(delimiter), path_(path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

std::string CsvScanner::Place(size_t cell) const { return fmt::format("{}:{}:{}", path_, row_line_, cell + 1); }

bool CsvScanner::AtLineEnd() const {
  return text_[at_] == '\n' || (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
}

void CsvScanner::PassLineEnd() {
  if (text_[at_] == '\r') ++at_;
  if (!AtEnd()) ++at_;
  ++line_;
}

void CsvScanner::SkipLine() {
  at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
  ++line_;
}

bool CsvScanner::Next() {
  while (!AtEnd() && AtLineEnd()) PassLineEnd();
  cells_.clear();
  unescaped_.clear();
  row_line_ = line_;
  if (AtEnd()) return false;
  for (;;) {
    cells_.push_back(ScanCell());
    if (AtEnd()) return true;
    if (AtLineEnd()) {
      PassLineEnd();
      return true;
    }
    ++at_;  // the delimiter
  }
}

std::string_view CsvScanner::ScanCell() {
  if (!AtEnd() && text_[at_] == '"') return ScanQuoted();
  const size_t begin = at_;
  while (!AtEnd() && text_[at_] != delimiter_ && !AtLineEnd()) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string_view CsvScanner::ScanQuoted() {
  const size_t begin = ++at_;
  bool doubled = false;
  for (;; ++at_) {
    if (AtEnd()) {
      Fail(DiagnosticKind::kBadRow, Place(cells_.size()), "a quoted cell is never closed", "Close it with `\"`.");
    }
    if (text_[at_] == '\n') ++line_;
    if (text_[at_] != '"') continue;
    if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') break;
    doubled = true;
    ++at_;
  }
  const std::string_view inside = text_.substr(begin, at_ - begin);
  ++at_;
  if (!AtEnd() && text_[at_] != delimiter_ && !AtLineEnd()) {
    Fail(DiagnosticKind::kBadRow, Place(cells_.size()), "text follows a closing quote",
         "Within a quoted cell a quote is written twice: `\"\"`.");
  }
  if (!doubled) return inside;
  std::string& cell = unescaped_.emplace_back();
  for (size_t i = 0; i < inside.size(); ++i) {
    cell += inside[i];
    if (inside[i] == '"') ++i;
  }
  return cell;
}

CsvRows::CsvRows(std::string path, const CsvOptions& options)
    : path_(std::move(path)), text_(ReadFile(path_)), scanner_(text_, options.delimiter, path_) {
  for (int64_t i = 0; i < options.skip; ++i) scanner_.SkipLine();
  if (options.header && scanner_.Next()) names_.assign(scanner_.cells().begin(), scanner_.cells().end());
  first_pending_ = scanner_.Next();
  if (!first_pending_) {
    Fail(DiagnosticKind::kBadDataFile, path_, "the file has no rows of data",
         options.skip > 0 ? fmt::format("`skip: {}` leaves out its first lines.", options.skip) : "");
  }
  width_ = names_.empty() ? scanner_.cells().size() : names_.size();
  Choose(options);
}

void CsvRows::Choose(const CsvOptions& options) {
  if (!options.column_names.empty()) {
    if (names_.empty()) {
      Fail(DiagnosticKind::kBadDataFile, path_, "columns are asked for by name, but the file is read without a header",
           "Add `header: true`.");
    }
    for (const std::string& name : options.column_names) chosen_.push_back(ColumnNamed(name));
  } else if (!options.columns.empty()) {
    for (const int64_t index : options.columns) chosen_.push_back(ColumnAt(index));
  } else {
    chosen_.resize(width_);
    std::iota(chosen_.begin(), chosen_.end(), size_t{0});
  }
}

size_t CsvRows::ColumnNamed(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return static_cast<size_t>(found - names_.begin());
  Fail(DiagnosticKind::kBadDataFile, path_, fmt::format("no column `{}`", name),
       fmt::format("Its columns are: {}.{}", fmt::join(names_, ", "), DidYouMean(name, names_)));
}

size_t CsvRows::ColumnAt(int64_t index) const {
  const int64_t width = static_cast<int64_t>(width_);
  if (index >= -width && index < width) return static_cast<size_t>(index < 0 ? index + width : index);
  Fail(DiagnosticKind::kBadDataFile, path_, fmt::format("no column {}: its rows have {} cells", index, width),
       "Columns count from 0; negative ones count from the end.");
}

bool CsvRows::Next() {
  if (first_pending_) {
    first_pending_ = false;
  } else if (!scanner_.Next()) {
    return false;
  }
  const size_t cells = scanner_.cells().size();
  if (cells != width_) {
    Fail(DiagnosticKind::kBadRow, scanner_.Place(std::min(cells, width_)),
         fmt::format("a row of {} cells where the {} has {}", cells, names_.empty() ? "first row" : "header", width_),
         "Every row needs as many cells; quote a cell that holds the delimiter. Lines of notes at the top are left out "
         "by `skip:`.");
  }
  return true;
}

std::string CsvRows::Describe(int64_t column) const {
  const size_t index = chosen_[static_cast<size_t>(column)];
  return names_.empty() ? fmt::format("column {}", index + 1)
                        : fmt::format("column {} (`{}`)", index + 1, names_[index]);
}

}  // namespace nnc::runtime
