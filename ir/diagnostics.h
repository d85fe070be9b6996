// Errors and warnings for users. Each has a kind (one row of diagnostics.def), a place, a message that says the cause,
// notes at other places, and a help line that says the cure.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "ir/source.h"

namespace nnc {

enum class Severity { kError, kWarning };

enum class DiagnosticKind {
#define NNC_DIAGNOSTIC(kind, code, severity, exit_code, title) k##kind,
#include "ir/diagnostics.def"
#undef NNC_DIAGNOSTIC
};

// A row of diagnostics.def.
struct DiagnosticInfo {
  std::string_view name;  // "UnknownName"
  std::string_view code;  // "E0201"
  Severity severity;
  int exit_code;
  std::string_view title;
};
const DiagnosticInfo& InfoOf(DiagnosticKind kind);
const std::vector<DiagnosticInfo>& AllDiagnostics();

struct Diagnostic {
  struct Note {
    Span span;  // may be unknown: then only the text is shown
    std::string text;
  };
  DiagnosticKind kind = DiagnosticKind::kInternal;
  Span span;          // place in a source file, or unknown
  std::string place;  // place in a data file ("iris.csv:12:3", "w.safetensors@8") where `span` is unknown; may be empty
  std::string message;
  std::vector<Note> notes;
  std::string help;  // empty: none

  Diagnostic& AddNote(Span at, std::string text) {
    notes.push_back({at, std::move(text)});
    return *this;
  }
  Diagnostic& Help(std::string text) {
    help = std::move(text);
    return *this;
  }
};

// Collects what a phase finds wrong, so that one run can report several errors. Exact repeats (same kind, place and
// message, as a fn body that is elaborated twice gives) are kept once.
class Diagnostics {
 public:
  // The returned reference takes notes and help; it is valid until the next report.
  Diagnostic& Report(DiagnosticKind kind, Span span, std::string message);

  bool has_errors() const { return errors_ > 0; }
  int error_count() const { return errors_; }
  const std::vector<Diagnostic>& all() const { return all_; }
  // The exit code of the first error; 0 without errors.
  int exit_code() const;

 private:
  std::vector<Diagnostic> all_;
  std::unordered_set<std::string> known_;  // kind, place and message
  Diagnostic repeated_;                    // swallows what is added to an exact repeat
  int errors_ = 0;
};

// Thrown where the first error ends the work (reading data, files, the command line). Caught in the driver's main.
class Failure : public std::exception {
 public:
  explicit Failure(Diagnostic diagnostic) : diagnostic_(std::move(diagnostic)) {}
  Failure(DiagnosticKind kind, std::string place, std::string message);
  const Diagnostic& diagnostic() const { return diagnostic_; }
  const char* what() const noexcept override { return diagnostic_.message.c_str(); }

 private:
  Diagnostic diagnostic_;
};

// Renders one diagnostic:
//   spiral.nn:14:12: error[E0301]: message
//     14 |   forward(x) = fc2(fc1(x))
//        |                ^~~~~~~~~~~
//   spiral.nn:9:3: note: text
//        ...
//   help: text
// `color` adds ANSI colours. What comes from files is made fit to be shown: control characters become `?`, and of a
// very long line or message the part that matters is shown.
std::string Render(const Diagnostic& diagnostic, const SourceManager& sources, bool color);

// The candidate closest to `name` by edit distance (at most a third of its length), or "" where none is close.
std::string Closest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace nnc
