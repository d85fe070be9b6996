#include "view/axis.h"

#include <fmt/format.h>

#include <cmath>

namespace nnc::view {

std::vector<double> Ticks(double low, double high, int count) {
  double raw = (high - low) / count;
  double power = std::pow(10, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  double slack = step * 1e-9;  // the ends count as ticks although their quotients are rounded
  for (double k = std::ceil((low - slack) / step); k * step <= high + slack; ++k) ticks.push_back(k * step);
  return ticks;
}

std::vector<double> LogTicks(double low, double high) {
  std::vector<double> factors = {1.0};
  if (high - low < 3) factors = {1.0, 2.0, 5.0};
  const double every = std::ceil((high - low) / 8);  // powers of ten
  std::vector<double> ticks;
  for (double power = std::floor(low / every) * every; power <= high; power += every) {
    for (double factor : factors) {
      const double tick = power + std::log10(factor);
      if (low <= tick && tick <= high) ticks.push_back(tick);
    }
  }
  return ticks;
}

std::string TickText(double value) { return fmt::format("{:.6g}", value + 0.0); }  // -0 is 0

}  // namespace nnc::view
