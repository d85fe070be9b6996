#include <fmt/format.h>

#include "view/inspection.h"
#include "view/statistics.h"
#include "view/table.h"

namespace nnc::view {
namespace {

constexpr int kBins = 16;
constexpr int64_t kRows = 5;

std::string Number(double value) { return fmt::format("{:.4g}", value); }

// "3 nan, 1 inf": what a reader should know of before anything else.
std::string Remarks(const Statistics& statistics) {
  std::string text;
  auto add = [&](int64_t count, const char* what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(statistics.nan, "nan");
  add(statistics.infinite, "inf");
  if (statistics.finite > 0 && statistics.zeros == statistics.count) add(1, "value only: 0");
  return text;
}

std::string ArraysTable(const Inspected& inspected) {
  std::vector<std::vector<std::string>> table = {{"name", "type", "least", "mean", "greatest", "deviation", "", ""}};
  for (const InspectedArray& array : inspected.arrays) {
    Statistics statistics = StatisticsOf(array.values);
    table.push_back({array.name, ir::ToString(array.values.type()), Number(statistics.least), Number(statistics.mean),
                     Number(statistics.greatest), Number(statistics.deviation),
                     "|" + BlocksText(CountsOf(array.values, statistics, kBins)) + "|", Remarks(statistics)});
  }
  return TableText(table, 2);
}

std::string RowsTable(const Inspected& inspected) {
  std::vector<std::vector<std::string>> table(1);
  for (const InspectedArray& array : inspected.arrays) table[0].push_back(array.name);
  std::vector<std::vector<std::string>> rows = FirstRows(inspected, kRows);
  table.insert(table.end(), rows.begin(), rows.end());
  return "first rows\n" + TableText(table, 2);
}

std::string BalanceTable(const InspectedArray& array) {
  auto balance = ClassBalance(array);
  if (!balance) return "";
  std::vector<std::vector<std::string>> table;
  for (const auto& [name, count] : *balance) {
    double share = static_cast<double>(count) / static_cast<double>(array.values.elements());
    table.push_back({name, std::to_string(count), fmt::format("{:.1f}%", 100 * share)});
  }
  return fmt::format("classes of {}\n{}", array.name, TableText(table, 2));
}

std::string Text(const Inspected& inspected) {
  std::string text = inspected.title + "\n";
  for (const auto& [name, value] : inspected.facts) text += fmt::format("  {}: {}\n", name, value);
  text += ArraysTable(inspected);
  if (!inspected.data) return text;
  text += RowsTable(inspected);
  for (const InspectedArray& array : inspected.arrays) text += BalanceTable(array);
  return text;
}

}  // namespace

std::string InspectionText(const std::vector<Inspected>& all) {
  std::string text;
  for (const Inspected& inspected : all) text += (text.empty() ? "" : "\n") + Text(inspected);
  return text;
}

}  // namespace nnc::view
