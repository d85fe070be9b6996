// CsvScanner. A row is scanned within the buffer; where the buffer ends first, it is filled and the row scanned anew.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "runtime/csv_rows.h"
#include "runtime/fail.h"

namespace nnc::runtime {
namespace {

constexpr size_t kBufferBytes = 1 << 18;
constexpr size_t kLongestRow = 1 << 26, kMostCells = 1 << 20;

}  // namespace

CsvScanner::CsvScanner(std::string path, char delimiter)
    : path_(std::move(path)), source_(OpenStream(path_)), delimiter_(delimiter), buffer_(kBufferBytes + 1) {
  for (const char mark : {delimiter, '\n', '\r'}) special_[static_cast<uint8_t>(mark)] = true;
  Refill();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
}

void CsvScanner::Refill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ + 1 == buffer_.size()) {
    if (end_ >= kLongestRow) {
      Fail(DiagnosticKind::kBadRow, fmt::format("{}:{}:1", path_, row_line_), "a row of more than 64 MiB",
           "Perhaps a quoted cell is never closed.");
    }
    buffer_.resize(2 * end_ + 1);
  }
  const size_t wanted = buffer_.size() - 1 - end_;
  const size_t got = source_->Read(buffer_.data() + end_, wanted);
  at_end_ = got < wanted;
  end_ += got;
  buffer_[end_] = '\n';  // so that a search for the end of a cell ends
}

CsvScanner::Mark CsvScanner::MarkAt(const char* at) const {
  if (at == end()) return at_end_ ? Mark::kLineEnd : Mark::kBufferEnd;
  if (*at == delimiter_) return Mark::kDelimiter;
  if (*at == '\n') return Mark::kLineEnd;
  if (*at != '\r') return Mark::kText;
  if (at + 1 == end()) return at_end_ ? Mark::kLineEnd : Mark::kBufferEnd;
  return at[1] == '\n' ? Mark::kLineEnd : Mark::kText;
}

void CsvScanner::PassLineEnd(const char*& at) {
  if (at != end() && *at == '\r') ++at;
  if (at != end()) ++at;
  ++line_;
}

void CsvScanner::SkipLine() {
  for (;;) {
    const char* const begin = buffer_.data() + begin_;
    const auto* const line_end = static_cast<const char*>(std::memchr(begin, '\n', end_ - begin_));
    begin_ = line_end != nullptr ? begin_ + static_cast<size_t>(line_end + 1 - begin) : end_;
    if (line_end != nullptr || at_end_) break;
    Refill();
  }
  ++line_;
}

bool CsvScanner::Next() {
  while (!PassEmptyLines() || (begin_ < end_ && !ScanRow())) Refill();
  return !cells_.empty();
}

// Then a row begins at `begin_`, or the file ends there.
bool CsvScanner::PassEmptyLines() {
  cells_.clear();
  while (begin_ < end_ || !at_end_) {
    const char* at = buffer_.data() + begin_;
    const Mark mark = MarkAt(at);
    if (mark == Mark::kBufferEnd) return false;
    if (mark != Mark::kLineEnd) break;
    PassLineEnd(at);
    begin_ = static_cast<size_t>(at - buffer_.data());
  }
  row_line_ = line_;
  return true;
}

bool CsvScanner::ScanRow() {
  cells_.clear();
  unescaped_.clear();
  lines_within_ = 0;
  const char* at = buffer_.data() + begin_;
  for (;; ++at) {  // passes the delimiter
    if (at != end() && *at == '"') {
      if (!ScanQuoted(at)) return false;
    } else {
      const char* const begin = at;
      for (;; ++at) {
        while (!special_[static_cast<uint8_t>(*at)]) ++at;
        if (MarkAt(at) != Mark::kText) break;
      }
      cells_.emplace_back(begin, static_cast<size_t>(at - begin));
    }
    if (cells_.size() > kMostCells) {
      Fail(DiagnosticKind::kBadRow, fmt::format("{}:{}:1", path_, row_line_),
           fmt::format("a row of more than {} cells", kMostCells), "Perhaps its line ends are missing.");
    }
    const Mark mark = MarkAt(at);
    if (mark == Mark::kBufferEnd) return false;
    if (mark == Mark::kLineEnd) break;
  }
  PassLineEnd(at);
  line_ += lines_within_;
  begin_ = static_cast<size_t>(at - buffer_.data());
  return true;
}

bool CsvScanner::ScanQuoted(const char*& at) {
  const auto place = [&] { return fmt::format("{}:{}:{}", path_, row_line_, cells_.size() + 1); };
  const char* const begin = ++at;
  bool doubled = false;
  for (;;) {
    at = std::find(at, end(), '"');
    if (at == end() && at_end_) {
      Fail(DiagnosticKind::kBadRow, place(), "a quoted cell is never closed", "Close it with `\"`.");
    }
    if (at == end() || (at + 1 == end() && !at_end_)) return false;
    if (at[1] != '"' || at + 1 == end()) break;
    doubled = true;
    at += 2;
  }
  const std::string_view inside(begin, static_cast<size_t>(at - begin));
  lines_within_ += std::count(inside.begin(), inside.end(), '\n');
  ++at;
  const Mark mark = MarkAt(at);
  if (mark == Mark::kBufferEnd) return false;
  if (mark == Mark::kText) {
    Fail(DiagnosticKind::kBadRow, place(), "text follows a closing quote",
         "Within a quoted cell a quote is written twice: `\"\"`.");
  }
  if (!doubled) {
    cells_.push_back(inside);
    return true;
  }
  std::string& cell = unescaped_.emplace_back();
  for (size_t i = 0; i < inside.size(); ++i) {
    cell += inside[i];
    if (inside[i] == '"') ++i;
  }
  cells_.push_back(cell);
  return true;
}

}  // namespace nnc::runtime
