#include "ir/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace nnc {

const std::vector<DiagnosticInfo>& AllDiagnostics() {
  static const std::vector<DiagnosticInfo> table = {
#define NNC_DIAGNOSTIC(kind, code, severity, exit_code, title) {#kind, code, Severity::severity, exit_code, title},
#include "ir/diagnostics.def"
#undef NNC_DIAGNOSTIC
  };
  return table;
}

const DiagnosticInfo& InfoOf(DiagnosticKind kind) { return AllDiagnostics()[static_cast<size_t>(kind)]; }

Diagnostic& Diagnostics::Report(DiagnosticKind kind, Span span, std::string message) {
  for (const Diagnostic& known : all_) {
    if (known.kind == kind && known.span == span && known.message == message) return repeated_ = known;
  }
  if (InfoOf(kind).severity == Severity::kError) ++errors_;
  Diagnostic& added = all_.emplace_back();
  added.kind = kind;
  added.span = span;
  added.message = std::move(message);
  return added;
}

int Diagnostics::exit_code() const {
  for (const Diagnostic& diagnostic : all_) {
    const DiagnosticInfo& info = InfoOf(diagnostic.kind);
    if (info.severity == Severity::kError) return info.exit_code;
  }
  return 0;
}

Failure::Failure(DiagnosticKind kind, std::string place, std::string message) {
  diagnostic_.kind = kind;
  diagnostic_.place = std::move(place);
  diagnostic_.message = std::move(message);
}

namespace {

struct Style {
  std::string_view error, warning, note, caret, bold, reset;
};
constexpr Style kPlain = {};
constexpr Style kColored = {"\033[1;31m", "\033[1;35m", "\033[1;36m", "\033[1;32m", "\033[1m", "\033[0m"};

constexpr size_t kTabWidth = 4;

// A source line as it is shown: tabs become spaces up to the next multiple of four, control characters become '?', and
// column_of[i] is the column (from 0) where byte i of the line stands; continuation bytes of UTF-8 take no column.
struct ShownLine {
  std::string text;
  std::vector<size_t> column_of;
};

ShownLine Show(std::string_view line) {
  ShownLine shown;
  size_t column = 0;
  for (char c : line) {
    auto byte = static_cast<unsigned char>(c);
    bool continuation = (byte & 0xC0) == 0x80;
    shown.column_of.push_back(continuation && column > 0 ? column - 1 : column);
    if (c == '\t') {
      size_t width = kTabWidth - column % kTabWidth;
      shown.text.append(width, ' ');
      column += width;
    } else {
      shown.text += byte < 0x20 || byte == 0x7F ? '?' : c;
      column += continuation ? 0 : 1;
    }
  }
  shown.column_of.push_back(column);  // one past the end, where a missing token is reported
  return shown;
}

// The two lines below a message: the source line with its number, and a caret under the span.
std::string Snippet(const Span& span, const SourceManager& sources, const Style& style) {
  std::string_view line = sources.Line(span);
  if (line.empty()) return "";
  ShownLine shown = Show(line);
  size_t begin = std::min<size_t>(span.column - 1, line.size());
  size_t end = std::min<size_t>(begin + span.length, line.size());
  size_t width = std::max<size_t>(shown.column_of[end] - shown.column_of[begin], 1);
  return fmt::format("{:>5} | {}\n      | {}{}^{}{}\n", span.line, shown.text, std::string(shown.column_of[begin], ' '),
                     style.caret, std::string(width - 1, '~'), style.reset);
}

}  // namespace

std::string Render(const Diagnostic& diagnostic, const SourceManager& sources, bool color) {
  const Style& style = color ? kColored : kPlain;
  const DiagnosticInfo& info = InfoOf(diagnostic.kind);
  bool is_error = info.severity == Severity::kError;
  std::string place = diagnostic.span.known() ? sources.Describe(diagnostic.span) : diagnostic.place;
  std::string text = fmt::format("{}{}{}{}{}[{}]:{} {}{}{}\n", style.bold, place, place.empty() ? "" : ": ",
                                 is_error ? style.error : style.warning, is_error ? "error" : "warning", info.code,
                                 style.reset, style.bold, diagnostic.message, style.reset);
  text += Snippet(diagnostic.span, sources, style);
  for (const Diagnostic::Note& note : diagnostic.notes) {
    std::string at = note.span.known() ? sources.Describe(note.span) + ": " : "";
    text += fmt::format("{}{}{}note:{} {}\n", style.bold, at, style.note, style.reset, note.text);
    text += Snippet(note.span, sources, style);
  }
  if (!diagnostic.help.empty()) text += fmt::format("{}help:{} {}\n", style.note, style.reset, diagnostic.help);
  return text;
}

namespace {

// The least number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`: the optimal
// string alignment distance, by dynamic programming over three rows.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, previous(b.size() + 1), current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t substituted = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substituted});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before = previous;
    previous = current;
  }
  return previous[b.size()];
}

}  // namespace

std::string Closest(std::string_view name, const std::vector<std::string>& candidates) {
  size_t limit = name.size() / 3;
  std::string closest;
  for (const std::string& candidate : candidates) {
    size_t longer = std::max(name.size(), candidate.size()), shorter = std::min(name.size(), candidate.size());
    if (longer - shorter > limit) continue;  // every missing character is one edit
    size_t distance = EditDistance(name, candidate);
    if (distance > limit || (distance == limit && !closest.empty())) continue;
    closest = candidate;
    limit = distance;
  }
  return closest;
}

}  // namespace nnc
