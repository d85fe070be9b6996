// Checks of paths that a command writes to.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace nnc::driver {

// For CLI::Option::check: refuses a path that ends in none of these (".svg", ...), of which there is at least one.
std::function<std::string(const std::string&)> EndsIn(std::vector<std::string> endings);

}  // namespace nnc::driver
