// Where a tensor lies in the arena.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace nnc::codegen {

// `offset` bytes from the arena's start, which is 64-byte aligned. In the body of a loop, moved on by strides[l] bytes
// for each iteration of loop l around, outermost first; further loops do not move it.
struct ArenaPlace {
  int64_t offset = 0;
  std::vector<int64_t> strides = {};
  auto operator<=>(const ArenaPlace&) const = default;
};

// The largest power of two, up to 64, that divides its address in all iterations.
int64_t AlignmentOf(const ArenaPlace& place);

}  // namespace nnc::codegen
