#include "frontend/elaborate/settings.h"

#include <fmt/format.h>

namespace nnc {

void SettingReader::Int(int64_t& target) {
  auto number =
      elaborator.WantConstant(frame, value.span, elaborator.Evaluate(value, frame), fmt::format("`{}`", name.text));
  if (number) target = *number;
}

void SettingReader::Count(int64_t& target, int64_t least) {
  int64_t number = least;
  Int(number);
  if (number < least) {
    elaborator.Report(frame, DiagnosticKind::kBadSetting, value.span,
                      fmt::format("`{}` is at least {}, not {}", name.text, least, number));
    return;
  }
  target = number;
}

void SettingReader::Bool(bool& target) {
  auto flag = elaborator.WantBool(frame, value.span, elaborator.Evaluate(value, frame), fmt::format("`{}`", name.text));
  if (flag) target = *flag;
}

void SettingReader::PositiveFloat(double& target) {
  auto number =
      elaborator.WantFloat(frame, value.span, elaborator.Evaluate(value, frame), fmt::format("`{}`", name.text));
  if (!number) return;
  if (!(*number > 0)) {
    elaborator.Report(frame, DiagnosticKind::kBadSetting, value.span,
                      fmt::format("`{}` is above 0, not {}", name.text, *number));
    return;
  }
  target = *number;
}

}  // namespace nnc
