#include "runtime/fail.h"

#include <fmt/format.h>

namespace nnc::runtime {

void Fail(DiagnosticKind kind, std::string place, std::string message, std::string help) {
  Diagnostic diagnostic;
  diagnostic.kind = kind;
  diagnostic.place = std::move(place);
  diagnostic.message = std::move(message);
  diagnostic.help = std::move(help);
  throw Failure(std::move(diagnostic));
}

void Fail(DiagnosticKind kind, Span span, std::string message, std::string help) {
  Diagnostic diagnostic;
  diagnostic.kind = kind;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  diagnostic.help = std::move(help);
  throw Failure(std::move(diagnostic));
}

std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string closest = Closest(name, candidates);
  return closest.empty() ? "" : fmt::format(" Did you mean `{}`?", closest);
}

}  // namespace nnc::runtime
