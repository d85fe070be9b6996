#include "driver/whole_number.h"

#include <fmt/format.h>

#include <charconv>

namespace nnc::driver {

CLI::Validator WholeNumber(int64_t least, int64_t most) {
  const auto fault = [=](const std::string& text) -> std::string {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (whole && least <= number && number <= most) return "";
    return fmt::format("`{}` is not a whole number from {} to {}", text, least, most);
  };
  return {fault, ""};
}

}  // namespace nnc::driver
