#include "runtime/shuffle.h"

#include <algorithm>
#include <utility>

#include "ir/evaluate.h"

namespace nnc::runtime {

void Shuffle(std::span<int64_t> rows, uint64_t key) {
  for (size_t i = rows.size(); i-- > 1;) std::swap(rows[i], rows[ir::RandomBits(key, i) % (i + 1)]);
}

std::vector<int64_t> Round(const RowOrder& rows, int64_t number, std::optional<uint64_t> key) {
  std::vector<int64_t> list = rows.List();
  if (key) Shuffle(list, ir::FoldKey(*key, static_cast<uint64_t>(number)));
  return list;
}

std::vector<int64_t> Rounds(const RowOrder& rows, int64_t first, int64_t count, std::optional<uint64_t> key) {
  const int64_t size = rows.size();
  std::vector<int64_t> taken;
  while (static_cast<int64_t>(taken.size()) < count) {
    const int64_t place = first + static_cast<int64_t>(taken.size());
    const std::vector<int64_t> round = Round(rows, place / size, key);
    const int64_t begin = place % size;
    const int64_t end = std::min(size, begin + count - static_cast<int64_t>(taken.size()));
    taken.insert(taken.end(), round.begin() + begin, round.begin() + end);
  }
  return taken;
}

}  // namespace nnc::runtime
