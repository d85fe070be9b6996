// Numbers on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>

namespace nnc::driver {

// Checks that an option's value is a whole number in these bounds. CLI11 itself (2.1) takes a number beyond 64 bits for
// the largest, and nothing at all for 0.
CLI::Validator WholeNumber(int64_t least = std::numeric_limits<int64_t>::min(),
                           int64_t most = std::numeric_limits<int64_t>::max());

}  // namespace nnc::driver
