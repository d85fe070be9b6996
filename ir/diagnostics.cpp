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
  if (!known_
           .insert(fmt::format("{}:{}:{}:{}:{} {}", static_cast<int>(kind), span.file, span.line, span.column,
                               span.length, message))
           .second) {
    return repeated_ = {};
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

// Of a very long line, what stands around the bytes [begin, end), which are then counted within it. Characters of UTF-8
// are not cut.
std::string_view Window(std::string_view line, size_t& begin, size_t& end) {
  constexpr size_t kLongest = 240, kBefore = 80;
  if (line.size() <= kLongest) return line;
  const auto next_character = [&](size_t i) {
    const size_t last = std::min(i + 3, line.size());
    while (i < last && (static_cast<unsigned char>(line[i]) & 0xC0) == 0x80) ++i;
    return i;
  };
  const size_t start = begin - std::min(begin, kBefore);
  const size_t first = std::min(next_character(start), begin),
               last = next_character(std::min(start + kLongest, line.size()));
  begin -= first;
  end = std::min(end, last) - first;
  return line.substr(first, last - first);
}

// A message as it is shown: without control characters, which may come from a file, and without the middle of a very
// long one.
std::string Fit(std::string text) {
  constexpr size_t kBeginning = 1500, kEnd = 300;
  if (text.size() > kBeginning + kEnd) text.replace(kBeginning, text.size() - kBeginning - kEnd, " … ");
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte == 0xC2 && next >= 0x80 && next < 0xA0) text.replace(i, 2, "?");  // U+0080 to U+009F
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) text[i] = '?';
  }
  return text;
}

// The two lines below a message: the source line with its number, and a caret under the span.
std::string Snippet(const Span& span, const SourceManager& sources, const Style& style) {
  std::string_view line = sources.Line(span);
  if (line.empty()) return "";
  size_t begin = std::min<size_t>(span.column - 1, line.size());
  size_t end = std::min<size_t>(begin + span.length, line.size());
  ShownLine shown = Show(Window(line, begin, end));
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
  std::string text = fmt::format("{}{}{}{}{}[{}]:{} {}{}{}\n", style.bold, Fit(place), place.empty() ? "" : ": ",
                                 is_error ? style.error : style.warning, is_error ? "error" : "warning", info.code,
                                 style.reset, style.bold, Fit(diagnostic.message), style.reset);
  text += Snippet(diagnostic.span, sources, style);
  for (const Diagnostic::Note& note : diagnostic.notes) {
    std::string at = note.span.known() ? sources.Describe(note.span) + ": " : "";
    text += fmt::format("{}{}{}note:{} {}\n", style.bold, at, style.note, style.reset, Fit(note.text));
    text += Snippet(note.span, sources, style);
  }
  if (!diagnostic.help.empty()) text += fmt::format("{}help:{} {}\n", style.note, style.reset, Fit(diagnostic.help));
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
