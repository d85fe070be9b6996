#include "frontend/lint/allowances.h"

#include <fmt/format.h>

#include <algorithm>

namespace nnc::lint {
namespace {

constexpr std::string_view kMark = "nnc:";
constexpr std::string_view kAllow = "allow(";

// Where a line's comment begins; npos: nowhere. A `#` in a string begins none.
size_t FindComment(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == '#' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string_view Trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// One comment's codes.
class AllowanceParser {
 public:
  AllowanceParser(Span line, std::string_view text, Diagnostics& found) : line_(line), text_(text), found_(found) {}

  // `begin`: behind the `#`.
  std::set<DiagnosticKind> Run(size_t begin) {
    size_t at = text_.find_first_not_of(" \t", begin);
    if (at == std::string_view::npos || !text_.substr(at).starts_with(kMark)) return {};
    size_t allow = text_.find_first_not_of(' ', at + kMark.size());
    size_t close = text_.find(')', at);
    if (allow == std::string_view::npos || !text_.substr(allow).starts_with(kAllow) ||
        close == std::string_view::npos) {
      Report(at, text_.size() - at, "this comment is not understood").Help("write `# nnc: allow(W0201)`");
      return {};
    }
    for (size_t code = allow + kAllow.size(); code < close;) {
      size_t end = std::min(text_.find(',', code), close);
      ReadCode(code, end);
      code = end + 1;
    }
    return std::move(kinds_);
  }

 private:
  Diagnostic& Report(size_t begin, size_t length, std::string message) {
    Span span = line_;
    span.column = static_cast<uint32_t>(begin) + 1;
    span.length = static_cast<uint32_t>(length);
    return found_.Report(DiagnosticKind::kUnknownAllowance, span, std::move(message));
  }

  void ReadCode(size_t begin, size_t end) {
    std::string_view code = Trimmed(text_.substr(begin, end - begin));
    begin = text_.find(code, begin);
    const std::vector<DiagnosticInfo>& all = AllDiagnostics();
    auto info = std::find_if(all.begin(), all.end(), [&](const DiagnosticInfo& each) { return each.code == code; });
    if (info == all.end()) {
      std::vector<std::string> warnings;
      for (const DiagnosticInfo& each : all) {
        if (each.severity == Severity::kWarning) warnings.emplace_back(each.code);
      }
      std::string closest = Closest(code, warnings);
      Report(begin, code.size(), fmt::format("no warning has the code `{}`", code))
          .Help(closest.empty() ? "" : fmt::format("did you mean `{}`?", closest));
    } else if (info->severity == Severity::kError) {
      Report(begin, code.size(), fmt::format("`{}` is an error, which nothing silences", code));
    } else {
      kinds_.insert(static_cast<DiagnosticKind>(info - all.begin()));
    }
  }

  Span line_;
  std::string_view text_;
  Diagnostics& found_;
  std::set<DiagnosticKind> kinds_;
};

}  // namespace

void Allowances::Read(uint32_t file, const SourceManager& sources, Diagnostics& found) {
  auto lines = static_cast<uint32_t>(sources.file(file).line_starts.size());
  std::set<DiagnosticKind> above;  // of the comments right above this line
  bool in_head = true;             // up to the line of `nn 1`
  for (uint32_t number = 1; number <= lines; ++number) {
    Span line{file, number, 1, 0};
    std::string_view text = sources.Line(line);
    size_t comment = FindComment(text);
    std::set<DiagnosticKind> here;
    if (comment != std::string_view::npos) here = AllowanceParser(line, text, found).Run(comment + 1);
    bool code = !Trimmed(text.substr(0, comment)).empty();
    if (in_head) allowed_[{file, 0}].insert(here.begin(), here.end());
    above.insert(here.begin(), here.end());
    if (code || text.empty()) {
      if (code) allowed_[{file, number}] = above;
      above.clear();
    }
    in_head = in_head && !code;
  }
}

bool Allowances::Allows(const Diagnostic& warning) const {
  for (uint32_t line : {0U, warning.span.line}) {
    auto place = allowed_.find({warning.span.file, line});
    if (place != allowed_.end() && place->second.contains(warning.kind)) return true;
  }
  return false;
}

}  // namespace nnc::lint
