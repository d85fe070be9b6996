// The seeded shuffle, and runs through rows in shuffled order.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/row_order.h"

namespace nnc::runtime {

// Fisher-Yates (Knuth, TAOCP 2, 3.4.2, algorithm P) with the draws RandomBits(key, i) mod (i + 1).
void Shuffle(std::span<int64_t> rows, uint64_t key);

// Rows in the order of round `number` through them: shuffled by `key` folded with the number; as they are without one.
std::vector<int64_t> Round(const RowOrder& rows, int64_t number, std::optional<uint64_t> key);

// `count` rows of the endless run through rounds 0, 1, 2 ..., from its place `first` on.
std::vector<int64_t> Rounds(const RowOrder& rows, int64_t first, int64_t count, std::optional<uint64_t> key);

}  // namespace nnc::runtime
