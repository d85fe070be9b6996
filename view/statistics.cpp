#include "view/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace nnc::view {
namespace {

// Calls `visit` with every number, through a buffer.
template <class Visit>
void ForEachNumber(const runtime::Tensor& tensor, Visit visit) {
  std::array<double, 1024> buffer{};
  for (int64_t begin = 0; begin < tensor.elements(); begin += std::ssize(buffer)) {
    auto count = std::min<int64_t>(std::ssize(buffer), tensor.elements() - begin);
    std::span<double> numbers(buffer.data(), static_cast<size_t>(count));
    tensor.Read(begin, numbers);
    for (double number : numbers) visit(number);
  }
}

}  // namespace

Statistics StatisticsOf(const runtime::Tensor& tensor) {
  Statistics all{.count = tensor.elements()};
  double squares = 0;  // of distances from the mean
  ForEachNumber(tensor, [&](double number) {
    if (!std::isfinite(number)) {
      ++(std::isnan(number) ? all.nan : all.infinite);
      return;
    }
    if (number == 0) ++all.zeros;
    all.least = all.finite == 0 ? number : std::min(all.least, number);
    all.greatest = all.finite == 0 ? number : std::max(all.greatest, number);
    double distance = number - all.mean;
    all.mean += distance / static_cast<double>(++all.finite);
    squares += distance * (number - all.mean);
  });
  if (all.finite > 0) all.deviation = std::sqrt(squares / static_cast<double>(all.finite));
  return all;
}

std::vector<int64_t> CountsOf(const runtime::Tensor& tensor, const Statistics& statistics, int bins) {
  std::vector<int64_t> counts(static_cast<size_t>(bins));
  double width = (statistics.greatest - statistics.least) / bins;
  ForEachNumber(tensor, [&](double number) {
    if (!std::isfinite(number)) return;
    double bin = width > 0 ? std::floor((number - statistics.least) / width) : 0;
    ++counts[static_cast<size_t>(std::clamp<double>(bin, 0, bins - 1))];
  });
  return counts;
}

std::string BlocksText(const std::vector<int64_t>& counts) {
  static constexpr std::array kBlocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  int64_t most = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
  std::string text;
  for (int64_t count : counts) {
    double share = most > 0 ? static_cast<double>(count) / static_cast<double>(most) : 0;
    text += kBlocks[static_cast<size_t>(std::ceil(share * 8))];
  }
  return text;
}

std::vector<std::pair<int64_t, int64_t>> DistinctOf(const runtime::Tensor& integers, int64_t most) {
  std::map<int64_t, int64_t> counts;
  bool few = true;
  ForEachNumber(integers, [&](double number) {
    if (!few) return;
    ++counts[static_cast<int64_t>(number)];
    few = std::ssize(counts) <= most;
  });
  if (!few) return {};
  return {counts.begin(), counts.end()};
}

}  // namespace nnc::view
