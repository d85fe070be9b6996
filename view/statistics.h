// What the numbers of a tensor are like.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/tensor.h"

namespace nnc::view {

// Least, greatest, mean and standard deviation (of the whole, not of a sample) are those of the finite numbers; all are
// 0 where there is none. A mean is accurate to a few units of the last place of the largest number (pairwise sums are
// not needed: it is Welford's update, "Note on a method for calculating corrected sums of squares and products", 1962).
struct Statistics {
  int64_t count = 0, finite = 0, nan = 0, infinite = 0, zeros = 0;
  double least = 0, greatest = 0, mean = 0, deviation = 0;
};
Statistics StatisticsOf(const runtime::Tensor& tensor);

// How many finite numbers fall into each of `bins` equal parts of [least, greatest]; all into the first where they are
// equal.
std::vector<int64_t> CountsOf(const runtime::Tensor& tensor, const Statistics& statistics, int bins);

// Counts as blocks of the height of each, " ▁▂▃▄▅▆▇█", relative to the largest; a count that is not zero shows.
std::string BlocksText(const std::vector<int64_t>& counts);

// The distinct values of integers, in order, with how often each occurs; empty where there are more than `most`.
std::vector<std::pair<int64_t, int64_t>> DistinctOf(const runtime::Tensor& integers, int64_t most);

}  // namespace nnc::view
