// Where an axis has its ticks.
#pragma once

#include <string>
#include <vector>

namespace nnc::view {

// A linear map from [low, high] to [from, to], which are positions in a picture.
struct Axis {
  double low = 0, high = 1, from = 0, to = 1;
  double At(double value) const { return from + (value - low) / (high - low) * (to - from); }
};

// At most about `count` round numbers in [low, high], 1, 2 or 5 times a power of ten apart. low < high, both finite.
std::vector<double> Ticks(double low, double high, int count);

// The decimal logarithms of round numbers, for an axis from 10^low to 10^high: powers of ten, and where that would be
// few, 2 and 5 times them.
std::vector<double> LogTicks(double low, double high);

// A tick's number, at most six digits: "0.25", "1e-07".
std::string TickText(double value);

}  // namespace nnc::view
