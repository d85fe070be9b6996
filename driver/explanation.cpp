#include "driver/explanation.h"

#include <fmt/format.h>

#include <algorithm>

namespace nnc::driver {

std::string_view ExplanationText(DiagnosticKind kind) {
#define NNC_EXPLANATION(name, text) \
  if (kind == DiagnosticKind::k##name) return text;
#include "driver/explanations.def"
#undef NNC_EXPLANATION
  return "";
}

std::string Explanation(const std::string& code) {
  const std::vector<DiagnosticInfo>& all = AllDiagnostics();
  auto info = std::find_if(all.begin(), all.end(), [&](const DiagnosticInfo& each) { return each.code == code; });
  if (info == all.end()) {
    std::vector<std::string> codes;
    for (const DiagnosticInfo& each : all) codes.emplace_back(each.code);
    std::string closest = Closest(code, codes);
    Diagnostic unknown;
    unknown.kind = DiagnosticKind::kUsage;
    unknown.place = "--explain";
    unknown.message = fmt::format("no error or warning has the code `{}`", code);
    unknown.help = closest.empty() ? "codes look like E0301 and W0302" : fmt::format("did you mean `{}`?", closest);
    throw Failure(std::move(unknown));
  }
  bool error = info->severity == Severity::kError;
  return fmt::format("{}[{}]: {}\n{}", error ? "error" : "warning", info->code, info->title,
                     ExplanationText(static_cast<DiagnosticKind>(info - all.begin())));
}

}  // namespace nnc::driver
