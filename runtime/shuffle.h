// The seeded shuffle.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "ir/evaluate.h"

namespace nnc::runtime {

// Fisher-Yates (Knuth, TAOCP 2, 3.4.2, algorithm P) with the draws RandomBits(key, i) mod (i + 1), as generated loops
// do it.
inline void Shuffle(std::span<int64_t> rows, uint64_t key) {
  for (size_t i = rows.size(); i-- > 1;) std::swap(rows[i], rows[ir::RandomBits(key, i) % (i + 1)]);
}

}  // namespace nnc::runtime
