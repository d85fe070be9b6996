// Zero mean and unit variance.
#pragma once

#include <vector>

#include "runtime/row_order.h"
#include "runtime/tensor.h"

namespace nnc::runtime {

// Of each feature of a row; f64, with the row's shape but size 1 along pooled axes.
struct Statistics {
  Tensor mean, deviation;
};

// Over the given rows of `values` [rows, ...]; `over` are axes of a row that share a mean and a deviation. In two
// passes in f64. The deviation is the population's (divided by the count); that of a constant feature is 1, so that it
// becomes 0, not NaN.
Statistics ComputeStatistics(const Tensor& values, const RowOrder& rows, const std::vector<int64_t>& over);

// (values - mean) / deviation for every row, in place. The statistics may pool axes.
void Normalize(Tensor& values, const Statistics& statistics);

}  // namespace nnc::runtime
