// Which rows of a dataset, in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace nnc::runtime {

// A list of row numbers, of 8 bytes a row; or rows that follow one another, which take no memory.
class RowOrder {
 public:
  RowOrder(int64_t first, int64_t count) : first_(first), count_(count) {}
  explicit RowOrder(std::vector<int64_t> rows) : count_(static_cast<int64_t>(rows.size())), rows_(std::move(rows)) {}

  int64_t size() const { return count_; }
  int64_t operator[](int64_t place) const { return rows_.empty() ? first_ + place : rows_[static_cast<size_t>(place)]; }
  std::vector<int64_t> List() const {
    if (!rows_.empty()) return rows_;
    std::vector<int64_t> rows(static_cast<size_t>(count_));
    std::iota(rows.begin(), rows.end(), first_);
    return rows;
  }

 private:
  int64_t first_ = 0, count_ = 0;
  std::vector<int64_t> rows_;  // empty: first_, first_ + 1, ...
};

}  // namespace nnc::runtime
