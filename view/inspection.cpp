#include "view/inspection.h"

#include <fmt/format.h>

#include <algorithm>

#include "view/statistics.h"

namespace nnc::view {
namespace {

std::string ClassName(const InspectedArray& array, int64_t number) {
  bool named = number >= 0 && number < std::ssize(array.classes);
  return named ? array.classes[static_cast<size_t>(number)] : std::to_string(number);
}

// Row `row` as text: of a long one the first four numbers.
std::string Cell(const InspectedArray& array, int64_t row) {
  constexpr int64_t kShown = 4;
  int64_t width = array.values.elements() / std::max<int64_t>(array.values.shape()[0], 1);
  if (array.label && width == 1) return ClassName(array, static_cast<int64_t>(array.values.number(row)));
  if (array.values.rank() == 1) return fmt::format("{:.6g}", array.values.number(row));
  std::string text;
  for (int64_t i = 0; i < std::min(width, kShown); ++i) {
    text += fmt::format("{}{:.6g}", i == 0 ? "" : " ", array.values.number(row * width + i));
  }
  return width > kShown ? text + " …" : text;
}

}  // namespace

std::optional<std::vector<std::pair<std::string, int64_t>>> ClassBalance(const InspectedArray& array) {
  if (!array.label) return std::nullopt;
  std::vector<std::pair<std::string, int64_t>> balance;
  for (auto [number, count] : DistinctOf(array.values, /*most=*/1000)) {
    balance.emplace_back(ClassName(array, number), count);
  }
  return balance;
}

std::vector<std::vector<std::string>> FirstRows(const Inspected& inspected, int64_t count) {
  std::vector<std::vector<std::string>> rows;
  for (int64_t row = 0; row < count; ++row) {
    std::vector<std::string> cells;
    for (const InspectedArray& array : inspected.arrays) {
      if (array.values.rank() > 0 && row < array.values.shape()[0]) cells.push_back(Cell(array, row));
    }
    if (cells.size() == inspected.arrays.size()) rows.push_back(std::move(cells));
  }
  return rows;
}

}  // namespace nnc::view
