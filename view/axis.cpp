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

std::string TickText(double value) { return fmt::format("{:.6g}", value); }

}  // namespace nnc::view
