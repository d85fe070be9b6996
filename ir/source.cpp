#include "ir/source.h"

#include <fmt/format.h>

#include <algorithm>

namespace nnc {

namespace {

std::vector<uint32_t> LineStarts(std::string_view text) {
  std::vector<uint32_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts.push_back(static_cast<uint32_t>(i + 1));
  }
  return starts;
}

}  // namespace

uint32_t SourceManager::Intern(std::string_view path) {
  auto found = std::find_if(files_.begin(), files_.end(), [&](const File& f) { return f.path == path; });
  if (found == files_.end()) found = files_.insert(files_.end(), File{std::string(path), "", false, {}});
  return static_cast<uint32_t>(found - files_.begin()) + 1;
}

uint32_t SourceManager::Add(std::string path, std::string text, bool library) {
  uint32_t id = Intern(path);
  File& file = files_[id - 1];
  file.text = std::move(text);
  file.library = library;
  file.line_starts = LineStarts(file.text);
  return id;
}

std::string_view SourceManager::Line(const Span& span) const {
  if (!span.known()) return "";
  const File& f = file(span.file);
  if (span.line == 0 || span.line > f.line_starts.size()) return "";
  std::string_view rest = std::string_view(f.text).substr(f.line_starts[span.line - 1]);
  std::string_view line = rest.substr(0, rest.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Span SourceManager::At(uint32_t file_id, uint32_t begin, uint32_t end) const {
  const std::vector<uint32_t>& starts = file(file_id).line_starts;
  auto next = std::upper_bound(starts.begin(), starts.end(), begin);
  uint32_t line = static_cast<uint32_t>(next - starts.begin());
  Span span{file_id, line, begin - starts[line - 1] + 1, 0};
  uint32_t line_end = starts[line - 1] + static_cast<uint32_t>(Line(span).size());
  span.length = std::max(std::min(end, line_end), begin) - begin;
  return span;
}

std::string SourceManager::Describe(const Span& span) const {
  if (!span.known()) return "<unknown>";
  return fmt::format("{}:{}:{}", file(span.file).path, span.line, span.column);
}

}  // namespace nnc
