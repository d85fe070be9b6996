#include "driver/path_ending.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace nnc::driver {

std::function<std::string(const std::string&)> EndsIn(std::vector<std::string> endings) {
  return [endings = std::move(endings)](const std::string& path) -> std::string {
    if (std::ranges::any_of(endings, [&](const std::string& ending) { return path.ends_with(ending); })) return "";
    const std::span<const std::string> but_last(endings.begin(), endings.end() - 1);
    return fmt::format("expected a path that ends in {}{}{}", fmt::join(but_last, ", "), but_last.empty() ? "" : " or ",
                       endings.back());
  };
}

}  // namespace nnc::driver
