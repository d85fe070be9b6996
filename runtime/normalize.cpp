#include "runtime/normalize.h"

#include <cmath>

namespace nnc::runtime {
namespace {

// For each element of a row, the element of `pooled` (the row's shape, but 1 along pooled axes) that it belongs to.
std::vector<size_t> GroupOfElement(const std::vector<int64_t>& row, const std::vector<int64_t>& pooled) {
  std::vector<size_t> groups(1, 0);
  for (size_t axis = 0; axis < row.size(); ++axis) {
    std::vector<size_t> next;
    for (const size_t group : groups) {
      for (size_t i = 0; i < static_cast<size_t>(row[axis]); ++i) {
        next.push_back(pooled[axis] == 1 ? group : group * static_cast<size_t>(row[axis]) + i);
      }
    }
    groups = std::move(next);
  }
  return groups;
}

std::vector<int64_t> RowShape(const Tensor& values) { return {values.shape().begin() + 1, values.shape().end()}; }

}  // namespace

Statistics ComputeStatistics(const Tensor& values, const RowOrder& rows, const std::vector<int64_t>& over) {
  const std::vector<int64_t> row_shape = RowShape(values);
  std::vector<int64_t> pooled = row_shape;
  for (const int64_t axis : over) pooled[static_cast<size_t>(axis)] = 1;
  Statistics statistics{Tensor(ir::Element::kF64, pooled), Tensor(ir::Element::kF64, pooled)};
  const auto mean = statistics.mean.as<double>(), deviation = statistics.deviation.as<double>();
  const std::vector<size_t> groups = GroupOfElement(row_shape, pooled);
  const double count =
      static_cast<double>(rows.size()) * static_cast<double>(groups.size()) / static_cast<double>(mean.size());
  std::vector<double> row(groups.size());
  const auto for_each = [&](auto add) {
    for (int64_t place = 0; place < rows.size(); ++place) {
      values.Read(rows[place] * static_cast<int64_t>(row.size()), row);
      for (size_t i = 0; i < row.size(); ++i) add(groups[i], row[i]);
    }
  };
  for_each([&](size_t group, double x) { mean[group] += x; });
  for (double& m : mean) m /= count;
  for_each([&](size_t group, double x) { deviation[group] += (x - mean[group]) * (x - mean[group]); });
  for (double& d : deviation) d = d > 0 ? std::sqrt(d / count) : 1;
  return statistics;
}

void Normalize(Tensor& values, const Statistics& statistics) {
  const std::vector<size_t> groups = GroupOfElement(RowShape(values), statistics.mean.shape());
  const auto mean = statistics.mean.as<double>(), deviation = statistics.deviation.as<double>();
  std::vector<double> row(groups.size());
  for (int64_t index = 0; index < values.shape()[0]; ++index) {
    const int64_t begin = index * static_cast<int64_t>(row.size());
    values.Read(begin, row);
    for (size_t i = 0; i < row.size(); ++i) row[i] = (row[i] - mean[groups[i]]) / deviation[groups[i]];
    values.Write(begin, row);
  }
}

}  // namespace nnc::runtime
