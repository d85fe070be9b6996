// Numbers of a stated byte order at any address.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <string_view>

namespace nnc::runtime {

// The T whose bytes begin at byte `at` of `from`, which must be there but need not be aligned.
template <class T>
T LoadNumber(std::string_view from, size_t at, std::endian order = std::endian::little) {
  std::array<char, sizeof(T)> bytes;
  from.copy(bytes.data(), sizeof(T), at);
  if (order != std::endian::native) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

}  // namespace nnc::runtime
