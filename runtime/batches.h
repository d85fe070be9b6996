// How the rows of a split fall into batches.
#pragma once

#include <algorithm>
#include <cstdint>

namespace nnc::runtime {

struct Batches {
  int64_t rows = 0;
  int64_t batch = 0;  // rows of a whole batch
  int64_t tail = 0;   // rows of the last, smaller batch; 0: there is none
  int64_t count = 0;  // of batches, the tail among them

  int64_t used_rows() const { return tail > 0 ? rows : count * batch; }
};

// `batch` 0, or more than there are rows, is the full batch. `drop_last` leaves the tail out.
inline Batches PlanBatches(int64_t rows, int64_t batch, bool drop_last) {
  const int64_t whole = batch == 0 ? rows : std::min(batch, rows);
  const int64_t tail = drop_last ? 0 : rows % whole;
  return {rows, whole, tail, rows / whole + (tail > 0 ? 1 : 0)};
}

}  // namespace nnc::runtime
